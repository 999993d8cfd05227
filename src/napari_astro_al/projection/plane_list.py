"""The diagnostic planes that come with the package, with the formulas of the papers."""

from __future__ import annotations

import numpy as np

from napari_astro_al.projection.plane_formulas import (
    ASSEF_2013,
    ASSEF_2018,
    LOCUS,
    assef_2013_regions,
    assef_2018_regions,
    bpt_nii_regions,
    bpt_oi_regions,
    bpt_sii_regions,
    compact_ps1_regions,
    compact_sdss_regions,
    irac_regions,
    mateos_regions,
    red_sequence_regions,
    stern_regions,
    ultraviolet_regions,
    whan_regions,
)
from napari_astro_al.projection.planes import PLANES, Plane, PlaneColumn

__all__ = ["PLANES"]

OIII = PlaneColumn(
    "oiii",
    "[O III] 5007",
    ("oiii5007flux", "oiii5007", "oiiiflux", "foiii", "fluxoiii", "oiii", "oiii5006flux"),
)
HBETA = PlaneColumn(
    "hbeta", "Hβ", ("hbetaflux", "hbflux", "fhb", "fluxhbeta", "fluxhb", "hbeta", "hb")
)
NII = PlaneColumn(
    "nii",
    "[N II] 6584",
    ("nii6584flux", "nii6584", "nii6583", "niiflux", "fnii", "fluxnii", "nii", "nii6583flux"),
)
HALPHA = PlaneColumn(
    "halpha", "Hα", ("halphaflux", "haflux", "fha", "fluxhalpha", "fluxha", "halpha", "ha")
)
SII = PlaneColumn(
    "sii",
    "[S II] 6717 + 6731",
    ("siiflux", "fsii", "fluxsii", "sii6717flux+sii6731flux", "sii6717+sii6731",
     "sii6716+sii6731", "sii"),
)  # fmt: skip
OI = PlaneColumn("oi", "[O I] 6300", ("oi6300flux", "oi6300", "oiflux", "foi", "fluxoi", "oi"))
EW = PlaneColumn(
    "ew",
    "Equivalent width of Hα",
    # the catalogues of MPA and JHU count emission as negative
    ("-halphaeqw", "ewha", "ewhalpha", "haew", "halphaew", "wha", "whalpha"),
    "Å, positive in emission",
)
W1, W2, W3 = (
    PlaneColumn(f"w{n}", f"W{n}", (f"w{n}mpro", f"w{n}mag", f"magw{n}", f"w{n}"), "mag, Vega")
    for n in (1, 2, 3)
)
U, G, R = (
    PlaneColumn(
        one,
        one,
        (f"psfmag{one}", f"modelmag{one}", f"dered{one}", one, f"{one}mag", f"mag{one}"),
        "mag, AB",
    )
    for one in "ugr"
)
LINE_RATIO = "log10({oiii} / {hbeta})"


def _magnitudes(title: str, *ends: str) -> PlaneColumn:
    return PlaneColumn(ends[0], title, ends[1:], "mag")


_BOTH_ASSEF = {
    "assef_2013": ("2013, ApJ 772, 26", ASSEF_2013, assef_2013_regions),
    "assef_2018": ("2018, ApJS 234, 23", ASSEF_2018, assef_2018_regions),
}
_ALL = (
    Plane(
        "bpt_nii",
        "BPT [N II]",
        (OIII, HBETA, NII, HALPHA),
        "log10({nii} / {halpha})",
        LINE_RATIO,
        (
            {"name": "Kewley 2001", "y": "0.61 / (x - 0.47) + 1.19", "x": [-3, 0.33]},
            {"name": "Kauffmann 2003", "y": "0.61 / (x - 0.05) + 1.3", "x": [-3, -0.09]},
            {"name": "Schawinski 2007", "y": "1.05 * x + 0.45", "x": [-0.1839, 1]},
        ),
        ("star-forming", "composite", "Seyfert", "LINER"),
        bpt_nii_regions,
        ("Kewley 2001",),
        ("Seyfert", "LINER"),
        "Baldwin, Phillips & Terlevich 1981, PASP 93, 5; Kewley et al. 2001, ApJ 556, 121, eq. 5; "
        "Kauffmann et al. 2003, MNRAS 346, 1055, eq. 1; Schawinski et al. 2007, MNRAS 382, 1415",
    ),
    Plane(
        "bpt_sii",
        "BPT [S II]",
        (OIII, HBETA, SII, HALPHA),
        "log10({sii} / {halpha})",
        LINE_RATIO,
        (
            {"name": "Kewley 2001", "y": "0.72 / (x - 0.32) + 1.30", "x": [-3, 0.12]},
            {"name": "Kewley 2006", "y": "1.89 * x + 0.76", "x": [-0.3146, 0.5]},
        ),
        ("star-forming", "Seyfert", "LINER"),
        bpt_sii_regions,
        ("Kewley 2001",),
        ("Seyfert", "LINER"),
        "Veilleux & Osterbrock 1987, ApJS 63, 295; Kewley et al. 2001, ApJ 556, 121, eq. 6; "
        "Kewley et al. 2006, MNRAS 372, 961, eq. 7",
    ),
    Plane(
        "bpt_oi",
        "BPT [O I]",
        (OIII, HBETA, OI, HALPHA),
        "log10({oi} / {halpha})",
        LINE_RATIO,
        (
            {"name": "Kewley 2001", "y": "0.73 / (x + 0.59) + 1.33", "x": [-4, -0.77]},
            {"name": "Kewley 2006", "y": "1.18 * x + 1.30", "x": [-1.1269, 0.5]},
        ),
        ("star-forming", "Seyfert", "LINER"),
        bpt_oi_regions,
        ("Kewley 2001",),
        ("Seyfert", "LINER"),
        "Veilleux & Osterbrock 1987, ApJS 63, 295; Kewley et al. 2001, ApJ 556, 121, eq. 7; "
        "Kewley et al. 2006, MNRAS 372, 961, eq. 11",
    ),
    Plane(
        "whan",
        "WHAN",
        (NII, HALPHA, EW),
        "log10({nii} / {halpha})",
        "log10({ew})",
        (
            {"name": "log [N II]/Hα = -0.4", "points": [[-0.4, float(np.log10(3))], [-0.4, 3]]},
            {"name": "6 Å", "points": [[-0.4, float(np.log10(6))], [1.5, float(np.log10(6))]]},
            {"name": "3 Å", "points": [[-2.5, float(np.log10(3))], [1.5, float(np.log10(3))]]},
            {
                "name": "0.5 Å",
                "points": [[-2.5, float(np.log10(0.5))], [0, float(np.log10(0.5))],
                           [1.5, float(np.log10(0.5)) - 1.5]],
            },
        ),
        ("passive", "retired", "star-forming", "strong AGN", "weak AGN"),
        whan_regions,
        ("log [N II]/Hα = -0.4", "3 Å"),
        ("strong AGN", "weak AGN"),
        "Cid Fernandes et al. 2011, MNRAS 413, 1687, section 6: star-forming where log [N II]/Hα "
        "< -0.4 and the width of Hα > 3 Å; active beyond -0.4, strong above 6 Å; retired below "
        "3 Å; passive where both widths are below 0.5 Å",
    ),
    Plane(
        "mateos",
        "Mateos wedge",
        (W1, W2, W3),
        "{w2} - {w3}",
        "{w1} - {w2}",
        (
            {"name": "wedge", "points": [[6, 0.315 * 6 + 0.796], [1.9582, 1.4128],
                                         [2.2501, 0.4868], [6, 0.315 * 6 - 0.222]]},
        ),
        ("active nucleus", "outside"),
        mateos_regions,
        ("wedge",),
        ("active nucleus",),
        "Mateos et al. 2012, MNRAS 426, 3271, section 3: W1-W2 < 0.315 x + 0.796, "
        "> 0.315 x - 0.222 and > -3.172 x + 7.624, where x = W2-W3, in magnitudes of Vega",
    ),
    Plane(
        "stern",
        "Stern WISE cut",
        (W1, W2),
        "{w2}",
        "{w1} - {w2}",
        ({"name": "W1-W2 = 0.8", "points": [[5, 0.8], [15.05, 0.8], [15.05, 4]]},),
        ("active nucleus", "outside"),
        stern_regions,
        ("W1-W2 = 0.8",),
        ("active nucleus",),
        "Stern et al. 2012, ApJ 753, 30: W1-W2 >= 0.8 and W2 < 15.05, in magnitudes of Vega",
    ),
    *(
        Plane(
            name,
            f"Assef {paper[:4]} WISE cut",
            (W1, W2),
            "{w2}",
            "{w1} - {w2}",
            tuple(
                {
                    "name": f"{share} reliable",
                    "y": f"{a} * exp({b} * max(x - {c}, 0) ** 2)",
                    "x": [5, 17.5],
                }
                for share, (a, b, c) in values.items()
            ),
            ("90 % reliable", "75 % reliable", "outside"),
            region_of,
            ("90 % reliable",),
            ("90 % reliable",),
            f"Assef et al. {paper}, eq. 4: W1-W2 > α exp(β (W2-γ)²), and > α where W2 < γ; α, β, γ "
            + "; ".join(f"{one}: {', '.join(map(str, v))}" for one, v in values.items()),
        )
        for name, (paper, values, region_of) in _BOTH_ASSEF.items()
    ),
    Plane(
        "sdss_colours",
        "SDSS u-g, g-r",
        (U, G, R),
        "{u} - {g}",
        "{g} - {r}",
        (
            {"name": "stellar locus", "points": [list(one) for one in LOCUS]},
            {"name": "u-g = 0.6", "points": [[0.6, -1], [0.6, 2]]},
        ),
        ("ultraviolet excess", "outside"),
        ultraviolet_regions,
        ("stellar locus",),
        ("ultraviolet excess",),
        "The stellar locus: Richards et al. 2002, AJ 123, 2945, table 3 (method of Newberg & Yanny "
        "1997, ApJS 113, 89); ultraviolet excess u-g < 0.6: Richards et al. 2002, section 3.5.2",
    ),
    Plane(
        "colour_magnitude",
        "Colour-magnitude of galaxies",
        (
            _magnitudes("Absolute magnitude in r", "absolute", "absmagr", "mr", "rabs", "absr"),
            _magnitudes("u at rest", "u", "urest", "absmagu", "mu", "uabs", "absu", "u"),
            _magnitudes("r at rest", "r", "rrest", "absmagr", "mr", "rabs", "absr", "r"),
        ),
        "{absolute}",
        "{u} - {r}",
        ({"name": "Baldry 2004", "y": "2.06 - 0.244 * tanh((x + 20.07) / 1.09)",
          "x": [-25, -14]},),
        ("red sequence", "blue cloud"),
        red_sequence_regions,
        ("Baldry 2004",),
        ("red sequence",),
        "Baldry et al. 2004, ApJ 600, 681, eq. 11: red where u-r > 2.06 - 0.244 tanh((M_r + "
        "20.07) / 1.09), at rest",
        x_reversed=True,
    ),
    Plane(
        "compactness_sdss",
        "Compactness, SDSS",
        (
            _magnitudes("Magnitude of a point source, r", "psf", "psfmagr", "rpsf", "psfr"),
            _magnitudes("Model magnitude, r", "total", "cmodelmagr", "modelmagr", "petromagr"),
        ),
        "{total}",
        "{psf} - {total}",
        ({"name": "0.145", "points": [[10, 0.145], [25, 0.145]]},),
        ("extended", "point-like"),
        compact_sdss_regions,
        ("0.145",),
        ("extended",),
        "Abazajian et al. 2004, AJ 128, 502, section 4: extended where the magnitude of a point "
        "source is fainter than that of the model by more than 0.145",
    ),
    Plane(
        "compactness_ps1",
        "Compactness, Pan-STARRS",
        (
            _magnitudes("Magnitude of a point source, i", "psf", "ipsfmag", "imeanpsfmag"),
            _magnitudes("Kron magnitude, i", "kron", "ikronmag", "imeankronmag", "magauto"),
        ),
        "{kron}",
        "{psf} - {kron}",
        ({"name": "0.05", "points": [[10, 0.05], [25, 0.05]]},),
        ("extended", "point-like"),
        compact_ps1_regions,
        ("0.05",),
        ("extended",),
        "Kron 1980, ApJS 43, 305, for the magnitude; extended where that of a point source is "
        "fainter by more than 0.05: Pan-STARRS1 documentation, after Farrow et al. 2014, MNRAS "
        "437, 748; holds from 14 to 21 mag",
    ),
    Plane(
        "irac",
        "IRAC colours",
        tuple(
            PlaneColumn(f"i{n}", f"[{wave}]", (wave.replace(".", ""), f"irac{n}", f"i{n}mag",
                                               f"ch{n}"), "mag, Vega")
            for n, wave in ((1, "3.6"), (2, "4.5"), (3, "5.8"), (4, "8.0"))
        ),
        "{i3} - {i4}",
        "{i1} - {i2}",
        (
            {"name": "discs, Allen 2004",
             "region": [[0.4, 0.0], [1.1, 0.0], [1.1, 0.8], [0.4, 0.8]]},
            {"name": "wedge, Stern 2005", "points": [[0.6, 3], [0.6, 0.3], [1.6, 0.5], [2.6, 3]]},
        ),
        ("disc", "active nucleus", "outside"),
        irac_regions,
        ("discs, Allen 2004",),
        ("disc",),
        "Young stars with discs, class II: Allen et al. 2004, ApJS 154, 363, 0 to 0.8 and 0.4 to "
        "1.1; active nuclei: Stern et al. 2005, ApJ 631, 163, y > 0.2 x + 0.18, y > 2.5 x - 3.5, "
        "x > 0.6",
    ),
)  # fmt: skip

for _plane in _ALL:
    PLANES.provide(_plane.name)(_plane)
