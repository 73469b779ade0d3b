//! Colour schemes, chosen by hand.

use super::colour::{Rgb, hex, tint};

/// The colours of one scene.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    pub(super) name: &'static str,
    pub(super) top: Rgb,
    pub(super) middle: Rgb,
    /// The sky at the horizon, and what mist is made of.
    pub(super) horizon: Rgb,
    /// The disc and its light.
    pub(super) sun: Rgb,
    pub(super) far: Rgb,
    pub(super) near: Rgb,
    /// Lit windows, aurora, glints.
    pub(super) accent: Rgb,
}

const fn palette(name: &'static str, colours: [u32; 7]) -> Palette {
    let [top, middle, horizon, sun, far, near, accent] = colours;
    Palette {
        name,
        top: hex(top),
        middle: hex(middle),
        horizon: hex(horizon),
        sun: hex(sun),
        far: hex(far),
        near: hex(near),
        accent: hex(accent),
    }
}

pub(super) const PALETTES: &[Palette] = &[
    palette("dusk", [0x46_434f, 0x75_6869, 0xb3_9a84, 0xf6_dd92, 0x86_7571, 0x1c_191b, 0xf0_c27a]),
    palette("sage", [0xb4_c4c4, 0xd3_dad2, 0xec_e9dc, 0xff_fdf2, 0xa6_bbb2, 0x1c_3836, 0xf3_e2b0]),
    palette("ember", [0x2c_1420, 0x76_2c35, 0xd8_763f, 0xff_c565, 0x8c_3a3e, 0x1a_0d15, 0xff_b45c]),
    palette("navy", [0x0d_1726, 0x1b_324e, 0x4a_6a8c, 0xf3_f1e4, 0x35_5273, 0x09_111b, 0xf5_d58f]),
    palette("gold", [0x66_6774, 0xbf_9467, 0xf3_cf8e, 0xff_f1c9, 0xb5_875c, 0x29_1b15, 0xff_dc8c]),
    palette("rose", [0x54_5580, 0xad_84a2, 0xf2_c4b2, 0xff_efdd, 0x94_7596, 0x21_1930, 0xff_d2a6]),
    palette("storm", [0x20_262d, 0x42_4c55, 0x93_9e9f, 0xdf_e4df, 0x5a_656b, 0x10_1519, 0xe6_cf96]),
    palette("snow", [0x6b_8cae, 0xa4_bdd2, 0xe9_ecec, 0xff_fdf6, 0x71_8ba8, 0x1e_2f41, 0xff_e6b8]),
    palette(
        "forest",
        [0x86_9c8d, 0xb7_c5ab, 0xe8_e5c9, 0xff_f7d6, 0x8a_a28c, 0x0d_1d17, 0xf4_d98a],
    ),
    palette("ocean", [0x1a_4a68, 0x5b_9ab0, 0xd8_e6dc, 0xff_f5da, 0x4b_8397, 0x0a_2735, 0xff_e3a4]),
    palette("teal", [0x12_303c, 0x3b_696f, 0xe6_a46b, 0xff_dca0, 0x48_6668, 0x0b_1920, 0xff_b870]),
    palette("neon", [0x0a_0a1c, 0x28_1850, 0xc0_4f82, 0xff_a98a, 0x42_2468, 0x06_060f, 0x58_d6de]),
    palette("sand", [0x78_9fb3, 0xd2_c1a3, 0xf4_dfb8, 0xff_f6dd, 0xd0_a276, 0x64_3723, 0xff_e9b4]),
    palette("clay", [0x37_4160, 0xae_6d60, 0xf0_b27c, 0xff_dfa6, 0xab_6850, 0x34_181b, 0xff_c98a]),
    palette("mono", [0x38_3838, 0x7a_7a78, 0xd0_cec9, 0xf7_f5ef, 0x88_8784, 0x12_1212, 0xf0_ede4]),
    palette(
        "midnight",
        [0x05_0a16, 0x0d_1b33, 0x29_4560, 0xee_f0e6, 0x1c_3148, 0x04_070d, 0x74_e0b4],
    ),
    palette(
        "violet",
        [0x1e_1a3a, 0x54_4079, 0xd7_9db2, 0xff_e6d2, 0x5d_497b, 0x13_0e20, 0xff_c58f],
    ),
    palette("day", [0x6a_9ec6, 0xa6_c9d9, 0xee_f1df, 0xff_fbe8, 0x8c_b198, 0x20_3e29, 0xff_eeb0]),
];

impl Palette {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        PALETTES.iter().find(|p| p.name == name)
    }

    /// A near relative: a little lighter or darker, warmer or colder.
    pub(super) fn varied(self, light: f32, chroma: f32, hue: f32) -> Self {
        let vary = |c: Rgb| tint(c, light, chroma, hue);
        Self {
            top: vary(self.top),
            middle: vary(self.middle),
            horizon: vary(self.horizon),
            sun: self.sun,
            far: vary(self.far),
            near: vary(self.near),
            ..self
        }
    }
}
