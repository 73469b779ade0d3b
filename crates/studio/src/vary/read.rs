//! Reading what was written. It answers with a tree, or with one sentence and the place it is about.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::LONGEST_NAME;
use super::template::{Choice, Piece, Template, Weighted};

/// Lists by name, each the text of its file.
pub type Lists = BTreeMap<String, String>;

/// Signs that a backslash takes as they are.
const SIGNS: &str = "{}|_:#\\";
/// The same without those that are also common in other writing.
const TELLING: &str = "{}|_";
/// Braces within braces.
const DEEPEST: usize = 24;
/// Lists within lists.
const MOST_LISTS_WITHIN: usize = 8;
/// Bytes that are read, and bytes that a reading may come to.
const LONGEST: usize = 200_000;
const HEAVIEST: f64 = 1_000_000.0;

/// Why something cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it begins, in bytes of what was written.
    pub at: usize,
    /// What is wrong and what would do, for a person.
    pub message: String,
}

/// Reads words with alternatives and lists. Words in which nothing of the language stands come back as they are.
pub fn read(text: &str, lists: &Lists) -> Result<Template, Fault> {
    let mut shelf = Shelf { lists, ready: HashMap::new(), within: Vec::new() };
    let template = shelf.read(text)?;
    if template.longest() > LONGEST as u64 {
        return Err(too_long());
    }
    Ok(template)
}

/// Words as they stand, whatever is in them.
pub fn verbatim(text: &str) -> Template {
    Template::new(vec![Piece::Text(text.to_owned())])
}

fn too_long() -> Fault {
    Fault { at: 0, message: t!("With its alternatives this gets too long. Leave some out.").into() }
}

/// Whether a list may be called so: letters and digits, with `-` or single `_` between them.
pub fn is_name(name: &str) -> bool {
    let sound = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let edge = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    name.chars().count() <= LONGEST_NAME
        && name.chars().all(sound)
        && !name.contains("__")
        && edge(name.chars().next())
        && edge(name.chars().last())
}

/// The lines of a list that count, with their numbers from 1.
pub fn entries(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines()
        .enumerate()
        .map(|(n, line)| (n + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// Lists, and those of them that were read.
struct Shelf<'a> {
    lists: &'a Lists,
    ready: HashMap<String, Arc<Choice>>,
    /// Names of the lists that are being read, the outermost first.
    within: Vec<String>,
}

/// Braces with a bar between them.
struct Group {
    bars: Vec<usize>,
    close: usize,
}

impl Shelf<'_> {
    fn read(&mut self, text: &str) -> Result<Template, Fault> {
        if text.len() > LONGEST {
            return Err(too_long());
        }
        let groups = groups(text)?;
        let mut reader = Reader { shelf: &mut *self, text, groups, deep: 0, telling: false };
        let template = reader.template(0, text.len())?;
        // `\n` or `\\` in other writing is no word of ours; a list is.
        let telling = reader.telling || !self.within.is_empty();
        if template.choices().next().is_none() && !telling {
            return Ok(verbatim(text));
        }
        Ok(template)
    }

    fn list(&mut self, name: &str) -> Result<Arc<Choice>, String> {
        if let Some(ready) = self.ready.get(name) {
            return Ok(Arc::clone(ready));
        }
        let Some(text) = self.lists.get(name) else {
            return Err(t!(
                "There is no list “{name}”. Make it under Lists, or write \\__{name}__ for these very signs.",
                name
            ));
        };
        if self.within.iter().any(|outer| outer == name) {
            return Err(t!(
                "The list “{name}” leads back to itself. Change one of its lines.",
                name
            ));
        }
        if self.within.len() >= MOST_LISTS_WITHIN {
            return Err(t!("The list “{name}” lies too deep within other lists.", name));
        }
        self.within.push(name.to_owned());
        let mut options = Vec::new();
        for (n, line) in entries(text) {
            let (weight, rest) = weight(line).map_err(|why| of_line(name, n, &why))?;
            let template = self.read(rest).map_err(|fault| of_line(name, n, &fault.message))?;
            options.push(Weighted { weight, template });
        }
        self.within.pop();
        if options.is_empty() {
            return Err(t!("The list “{name}” is empty. Add a line to it.", name));
        }
        let choice = Arc::new(Choice::new(name.to_owned(), options));
        self.ready.insert(name.to_owned(), Arc::clone(&choice));
        Ok(choice)
    }
}

fn of_line(name: &str, line: usize, why: &str) -> String {
    // What a list within it says is told as it is.
    if why.contains("list “") {
        why.to_owned()
    } else {
        format!("List “{name}”, line {line}: {why}")
    }
}

/// The groups of a text by where they open. Braces without a bar are left out: they are words.
fn groups(text: &str) -> Result<HashMap<usize, Group>, Fault> {
    let mut open: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut groups = HashMap::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if std::mem::take(&mut escaped) && SIGNS.contains(c) {
            continue;
        }
        match c {
            '\\' => escaped = true,
            '{' => open.push((at, Vec::new())),
            '|' => {
                if let Some((_, bars)) = open.last_mut() {
                    bars.push(at);
                }
            }
            '}' => {
                if let Some((from, bars)) = open.pop()
                    && !bars.is_empty()
                {
                    groups.insert(from, Group { bars, close: at });
                }
            }
            _ => {}
        }
    }
    match open.into_iter().find(|(_, bars)| !bars.is_empty()) {
        Some((at, _)) => Err(Fault {
            at,
            message: t!("These alternatives are not closed. Add a }, or write \\{ for a brace.")
                .into(),
        }),
        None => Ok(groups),
    }
}

struct Reader<'a, 's> {
    shelf: &'a mut Shelf<'s>,
    text: &'a str,
    groups: HashMap<usize, Group>,
    deep: usize,
    /// Whether a sign was taken as it is that means something here.
    telling: bool,
}

impl Reader<'_, '_> {
    fn template(&mut self, from: usize, to: usize) -> Result<Template, Fault> {
        let text = self.text;
        let (mut pieces, mut words) = (Vec::new(), String::new());
        let mut at = from;
        while at < to {
            let rest = &text[at..to];
            if let Some(sign) = escaped(rest) {
                self.telling |= TELLING.contains(sign);
                words.push(sign);
                at += 1 + sign.len_utf8();
            } else if let Some(group) = self.groups.remove(&at) {
                push(&mut pieces, &mut words);
                let next = group.close + 1;
                pieces.push(Piece::Choice(Arc::new(self.group(at, group)?)));
                at = next;
            } else if let Some(name) = named(rest) {
                push(&mut pieces, &mut words);
                let list = self.shelf.list(name).map_err(|message| Fault { at, message })?;
                pieces.push(Piece::Choice(list));
                at += name.len() + 4;
            } else {
                let Some(c) = rest.chars().next() else { break };
                words.push(c);
                at += c.len_utf8();
            }
        }
        push(&mut pieces, &mut words);
        Ok(Template::new(pieces))
    }

    fn group(&mut self, at: usize, group: Group) -> Result<Choice, Fault> {
        if self.deep >= DEEPEST {
            let message = t!("There are too many alternatives within alternatives here.").into();
            return Err(Fault { at, message });
        }
        self.deep += 1;
        let mut options = Vec::new();
        let mut from = at + 1;
        for to in group.bars.into_iter().chain([group.close]) {
            let (weight, rest) =
                weight(&self.text[from..to]).map_err(|message| Fault { at: from, message })?;
            let template = self.template(to - rest.len(), to)?;
            options.push(Weighted { weight, template });
            from = to + 1;
        }
        self.deep -= 1;
        Ok(Choice::new(self.text[at + 1..group.close].trim().to_owned(), options))
    }
}

fn push(pieces: &mut Vec<Piece>, words: &mut String) {
    if !words.is_empty() {
        pieces.push(Piece::Text(std::mem::take(words)));
    }
}

fn escaped(rest: &str) -> Option<char> {
    rest.strip_prefix('\\')?.chars().next().filter(|c| SIGNS.contains(*c))
}

/// The name of the list that stands at the beginning.
fn named(rest: &str) -> Option<&str> {
    let inner = rest.strip_prefix("__")?;
    // No name is longer, whatever stands behind.
    let near = inner.char_indices().nth(LONGEST_NAME + 2).map_or(inner, |(end, _)| &inner[..end]);
    let name = &near[..near.find("__")?];
    is_name(name).then_some(name)
}

/// The weight that an option begins with, and the rest of it.
fn weight(option: &str) -> Result<(f64, &str), String> {
    let digits = option.trim_start();
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let Some(rest) = digits[end..].strip_prefix("::").filter(|_| end > 0) else {
        return Ok((1.0, option));
    };
    match digits[..end].parse::<f64>() {
        Ok(weight) if weight > 0.0 && weight <= HEAVIEST => Ok((weight, rest)),
        _ => Err(t!(
            "“{weight}” is no weight. A weight is a number above 0, as in {{2::dawn|dusk}}.",
            weight = &digits[..end]
        )),
    }
}
