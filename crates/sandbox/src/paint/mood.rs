//! What the words of a prompt ask for.

use super::noise::{Draw, hash};
use super::palette::{PALETTES, Palette};
use crate::order::Order;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    Hills,
    Mountains,
    Sea,
    Lake,
    Forest,
    City,
    Desert,
    Night,
    Abstract,
}

/// A prompt, understood.
#[derive(Clone, Debug)]
pub(super) struct Mood {
    pub(super) place: Place,
    pub(super) palette: Palette,
    /// A disc in the sky.
    pub(super) sun: bool,
    /// 0 to 1.
    pub(super) mist: f32,
    /// 0 to 1.
    pub(super) clouds: f32,
    pub(super) stars: bool,
    pub(super) aurora: bool,
    /// Snow on the ground.
    pub(super) snow: bool,
    pub(super) boat: bool,
    /// 0 to 1.
    pub(super) grain: f32,
    /// The seed of every draw of this painting.
    pub(super) salt: u32,
}

const PLACES: &[(Place, &[&str])] = &[
    (
        Place::Mountains,
        &[
            "mountain", "peak", "alps", "alpine", "summit", "cliff", "glacier", "himalaya",
            "volcano",
        ],
    ),
    (Place::Lake, &["lake", "pond", "fjord", "river", "reflection", "dock", "loch", "moored"]),
    (
        Place::Sea,
        &[
            "sea",
            "ocean",
            "beach",
            "wave",
            "coast",
            "shore",
            "boat",
            "harbour",
            "harbor",
            "island",
            "lighthouse",
            "pier",
            "sail",
            "ship",
            "surf",
            "bay",
            "seaside",
        ],
    ),
    (Place::Forest, &["forest", "wood", "tree", "pine", "jungle", "fir", "spruce", "woodland"]),
    (
        Place::City,
        &[
            "city",
            "street",
            "skyline",
            "town",
            "building",
            "tower",
            "skyscraper",
            "tokyo",
            "neon",
            "car",
            "cafe",
            "downtown",
            "rooftop",
            "metropolis",
            "cyberpunk",
        ],
    ),
    (Place::Desert, &["desert", "dune", "sand", "sahara", "canyon", "mars", "camel", "mesa"]),
    (
        Place::Night,
        &[
            "star",
            "starry",
            "galaxy",
            "milky",
            "aurora",
            "space",
            "cosmos",
            "planet",
            "constellation",
            "astronaut",
        ],
    ),
    (
        Place::Abstract,
        &[
            "abstract",
            "silk",
            "gradient",
            "texture",
            "pattern",
            "fluid",
            "smoke",
            "logo",
            "macro",
            "fabric",
            "wallpaper",
            "liquid",
            "marble",
            "paint",
            "swirl",
            "glass",
        ],
    ),
    (
        Place::Hills,
        &[
            "hill",
            "valley",
            "meadow",
            "field",
            "countryside",
            "rolling",
            "landscape",
            "vineyard",
            "horizon",
            "moor",
            "tuscany",
        ],
    ),
];

/// Words for colours and hours, the strongest first.
const TONES: &[(&[&str], &[&str])] = &[
    (&["neon", "cyberpunk", "synthwave"], &["neon"]),
    (
        &[
            "storm", "stormy", "rain", "rainy", "grey", "gray", "overcast", "thunder", "gloomy",
            "fog", "foggy",
        ],
        &["storm", "mono"],
    ),
    (&["monochrome", "noir"], &["mono"]),
    (
        &["night", "midnight", "moon", "moonlight", "moonlit", "starry", "aurora"],
        &["navy", "midnight"],
    ),
    (&["golden", "gold", "amber", "honey", "autumn", "fall", "harvest"], &["gold", "dusk"]),
    (&["red", "crimson", "fire", "ember", "lava", "scarlet"], &["ember"]),
    (&["rose", "pink", "blossom", "pastel", "sakura"], &["rose"]),
    (&["violet", "purple", "lavender", "magenta"], &["violet", "rose"]),
    (&["teal", "turquoise"], &["teal", "ocean"]),
    (
        &["snow", "snowy", "winter", "frost", "frozen", "ice", "glacier", "arctic"],
        &["snow", "navy"],
    ),
    (&["sunset", "dusk", "evening", "twilight"], &["ember", "violet", "gold", "clay", "teal"]),
    (&["sunrise", "dawn", "morning", "first"], &["dusk", "sage", "ember", "navy", "rose"]),
    (&["green", "moss", "emerald", "lush", "jungle"], &["forest", "day"]),
    (&["blue", "azure", "indigo"], &["navy", "ocean"]),
    (&["noon", "day", "midday", "spring", "summer", "sunny", "bright"], &["day", "ocean", "sage"]),
    (&["sepia", "brown", "rust", "terracotta", "clay"], &["dusk", "clay"]),
];

fn usual_tones(place: Place) -> &'static [&'static str] {
    match place {
        Place::Hills => &["dusk", "sage", "ember", "navy", "rose", "gold", "teal"],
        Place::Mountains => &["snow", "navy", "rose", "teal", "dusk", "violet"],
        Place::Sea => &["ocean", "teal", "rose", "navy", "gold", "violet"],
        Place::Lake => &["teal", "rose", "sage", "violet", "gold", "navy"],
        Place::Forest => &["forest", "sage", "navy", "storm", "gold"],
        Place::City => &["violet", "neon", "teal", "navy", "dusk"],
        Place::Desert => &["sand", "clay", "gold", "violet"],
        Place::Night => &["midnight", "navy"],
        Place::Abstract => &["teal", "violet", "ember", "ocean", "rose", "navy", "neon", "sage"],
    }
}

impl Mood {
    pub(super) fn read(order: &Order) -> Self {
        let words = words_of(&order.prompt);
        let unwanted = words_of(&order.negative);
        let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
        let shuns = |list: &[&str]| unwanted.iter().any(|w| list.contains(&w.as_str()));
        let salt = words.iter().fold(hash(order.seed), |salt, word| {
            word.bytes().fold(salt, |s, b| hash(s ^ u32::from(b)))
        });
        let mut draw = Draw::new(salt, 1);

        let named = PLACES
            .iter()
            .filter(|(_, list)| !shuns(list))
            .filter_map(|(place, list)| {
                words.iter().position(|w| list.contains(&w.as_str())).map(|at| (at, *place))
            })
            .min_by_key(|(at, _)| *at);
        let usual =
            [Place::Hills, Place::Sea, Place::Lake, Place::Mountains, Place::Forest, Place::Desert];
        // A prompt without a place keeps one place for all its seeds: takes of one shot belong together.
        let prompt_hash =
            words.iter().fold(7, |h, w| w.bytes().fold(h, |h, b| hash(h ^ u32::from(b))));
        let place = named.map_or(usual[prompt_hash as usize % usual.len()], |(_, place)| place);
        let is_night_sky = place == Place::Night || (has(&["night", "midnight"]) && has(&["sky"]));
        let place = if is_night_sky && matches!(place, Place::Hills | Place::Night) {
            Place::Night
        } else {
            place
        };

        let tones = TONES
            .iter()
            .filter(|(list, _)| has(list) && !shuns(list))
            .map(|(_, tones)| *tones)
            .next();
        let tones: Vec<&str> = tones
            .unwrap_or_else(|| usual_tones(place))
            .iter()
            .copied()
            .filter(|t| !shuns(&[t]))
            .collect();
        // Seeds walk through the tones in order, so that four takes with seeds in a row look different.
        let tone = tones
            .get((order.seed.wrapping_add(prompt_hash)) as usize % tones.len().max(1))
            .copied()
            .unwrap_or("dusk");
        let palette = Palette::named(tone).unwrap_or(&PALETTES[0]);
        let palette = palette.varied(
            draw.between(-0.02, 0.02),
            draw.between(0.92, 1.1),
            draw.between(-0.06, 0.06),
        );

        let is_dark = super::colour::luma(palette.top) < 0.12;
        let misty = has(&["mist", "misty", "fog", "foggy", "haze", "hazy", "smoke"]);
        let cloudy = has(&["cloud", "cloudy", "storm", "stormy", "overcast", "dramatic"]);
        Self {
            place,
            palette,
            sun: !shuns(&["sun", "moon", "disc"])
                && (!has(&["overcast", "fog", "foggy", "rain"]) || has(&["sun", "moon", "disc"])),
            mist: if shuns(&["mist", "fog", "haze"]) {
                0.0
            } else if misty {
                draw.between(0.75, 0.95)
            } else {
                draw.between(0.3, 0.6)
            },
            clouds: if shuns(&["cloud"]) {
                0.0
            } else if cloudy {
                draw.between(0.75, 1.0)
            } else {
                draw.between(0.0, 0.55)
            },
            stars: is_night_sky || has(&["star", "starry"]) || (is_dark && draw.chance(0.7)),
            aurora: has(&["aurora", "northern"]),
            snow: has(&["snow", "snowy", "winter", "glacier", "alps", "alpine", "frost", "ice"]),
            boat: has(&["boat", "sail", "ship", "sailboat", "yacht"]),
            grain: if shuns(&["grain", "noise"]) { 0.0 } else { 1.0 },
            salt,
        }
    }
}

/// Lower-case words, plurals cut.
fn words_of(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| {
            let word = w.to_lowercase();
            match word.strip_suffix('s') {
                Some(stem)
                    if stem.len() > 2
                        && !stem.ends_with('s')
                        && word != "alps"
                        && word != "glass" =>
                {
                    stem.to_owned()
                }
                _ => word,
            }
        })
        .collect()
}
