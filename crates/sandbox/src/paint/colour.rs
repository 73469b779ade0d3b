//! Colours as three floats, 0 to 1, in sRGB; mixed in OKLab where a mix in sRGB would turn grey.

pub(super) type Rgb = [f32; 3];

pub(super) const fn hex(rgb: u32) -> Rgb {
    [(rgb >> 16) as u8 as f32 / 255.0, (rgb >> 8) as u8 as f32 / 255.0, rgb as u8 as f32 / 255.0]
}

/// A mix in sRGB: quick, for colours that lie near each other.
pub(super) fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

pub(super) fn scale(a: Rgb, by: f32) -> Rgb {
    [a[0] * by, a[1] * by, a[2] * by]
}

/// Lays light on a colour: brightens without clipping.
pub(super) fn screen(a: Rgb, light: Rgb, t: f32) -> Rgb {
    [0, 1, 2].map(|i| a[i] + light[i] * t * (1.0 - a[i]))
}

pub(super) fn luma(a: Rgb) -> f32 {
    a[0] * 0.2126 + a[1] * 0.7152 + a[2] * 0.0722
}

fn to_linear(c: f32) -> f32 {
    if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

fn from_linear(c: f32) -> f32 {
    if c <= 0.003_130_8 { c * 12.92 } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 }
}

/// Lightness, green-red, blue-yellow (Ottosson, 2020).
pub(super) fn to_oklab(c: Rgb) -> [f32; 3] {
    let [r, g, b] = c.map(to_linear);
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

pub(super) fn from_oklab([light, a, b]: [f32; 3]) -> Rgb {
    let l = (light + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (light - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (light - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ]
    .map(|c| from_linear(c.clamp(0.0, 1.0)))
}

/// A mix that keeps its colour on the way.
pub(super) fn blend(a: Rgb, b: Rgb, t: f32) -> Rgb {
    from_oklab(mix(to_oklab(a), to_oklab(b), t))
}

/// Lighter by `light`, stronger by `chroma` times, turned by `hue` radians.
pub(super) fn tint(c: Rgb, light: f32, chroma: f32, hue: f32) -> Rgb {
    let [l, a, b] = to_oklab(c);
    let (sin, cos) = hue.sin_cos();
    from_oklab([
        (l + light).clamp(0.0, 1.0),
        (a * cos - b * sin) * chroma,
        (a * sin + b * cos) * chroma,
    ])
}

/// A ramp through stops (place 0 to 1, colour), sampled finely.
pub(super) struct Ramp(Vec<Rgb>);

impl Ramp {
    pub(super) fn new(stops: &[(f32, Rgb)]) -> Self {
        const STEPS: usize = 512;
        let at = |t: f32| {
            let after = stops.iter().position(|(place, _)| *place >= t).unwrap_or(stops.len() - 1);
            let (from, to) = (stops[after.saturating_sub(1)], stops[after]);
            let span = (to.0 - from.0).max(1e-6);
            let t = ((t - from.0) / span).clamp(0.0, 1.0);
            blend(from.1, to.1, t)
        };
        Self((0..=STEPS).map(|i| at(i as f32 / STEPS as f32)).collect())
    }

    pub(super) fn at(&self, t: f32) -> Rgb {
        let x = t.clamp(0.0, 1.0) * (self.0.len() - 1) as f32;
        let i = (x as usize).min(self.0.len() - 2);
        mix(self.0[i], self.0[i + 1], x - i as f32)
    }
}
