"""Tasks, splits, learners, query strategies, training and scores.

Importing this package loads neither scikit-learn nor modAL: the modules do so when they are used.
"""

from napari_astro_al.learning.auto_model import AutoChoice, Member
from napari_astro_al.learning.auto_strategy import COVERAGE
from napari_astro_al.learning.calibration import CALIBRATION_METRICS, exact_interval
from napari_astro_al.learning.coverage import coverage_order
from napari_astro_al.learning.learners import build_learner
from napari_astro_al.learning.metrics import METRICS, confusion_matrix, score_row
from napari_astro_al.learning.models import MODELS
from napari_astro_al.learning.questions import QuestionTree
from napari_astro_al.learning.ranking import RANKING_METRICS
from napari_astro_al.learning.recipe import LearnerRecipe, ResolvedLearner
from napari_astro_al.learning.split import POOL, TEST, VALIDATION, Split
from napari_astro_al.learning.stopping import CRITERIA, Advice, Course, Verdict
from napari_astro_al.learning.store import load_model, save_model
from napari_astro_al.learning.strategies import STRATEGIES, Candidates, rank
from napari_astro_al.learning.task import Task
from napari_astro_al.learning.trained import TrainRequest, TrainResult
from napari_astro_al.learning.training import train_job

__all__ = [
    "CALIBRATION_METRICS",
    "COVERAGE",
    "CRITERIA",
    "METRICS",
    "MODELS",
    "POOL",
    "RANKING_METRICS",
    "STRATEGIES",
    "TEST",
    "VALIDATION",
    "Advice",
    "AutoChoice",
    "Candidates",
    "Course",
    "LearnerRecipe",
    "Member",
    "QuestionTree",
    "ResolvedLearner",
    "Split",
    "Task",
    "TrainRequest",
    "TrainResult",
    "Verdict",
    "build_learner",
    "confusion_matrix",
    "coverage_order",
    "exact_interval",
    "load_model",
    "rank",
    "save_model",
    "score_row",
    "train_job",
]
