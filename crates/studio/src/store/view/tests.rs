//! What the book answers to a query, beside a plain filter over everything there is.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::super::testkit::{Book, Made, print_id};
use super::super::{Marks, check};
use super::*;
use crate::find::{self, fold};

/// A print as it was made and marked, apart from the book.
#[derive(Debug, Clone, Default)]
struct Truth {
    made: Made,
    seq: i64,
    day: i32,
    rating: u8,
    circled: bool,
    note: &'static str,
    tags: Vec<&'static str>,
    collections: Vec<&'static str>,
    trashed: bool,
    missing: bool,
}

const PROMPTS: [&str; 8] = [
    "a lighthouse at dusk, low light",
    "Crème brûlée on a table",
    "夜景の写真 SDXL",
    "東京の夜、雨",
    "light house in low-key light",
    "portrait of a woman; 35mm",
    "静かな港 at dawn",
    "nothing in particular 100%_\"'*",
];
const MODELS: [(&str, &str); 4] =
    [("Stills", "Sandbox"), ("Seedream 4", "Fal"), ("FLUX.2", "Fal"), ("Sédan", "Openai")];
const TAGS: [&str; 4] = ["Golden hour", "portrait", "夜", "low"];
const COLLECTIONS: [&str; 2] = ["Best of", "港"];
const DAYS: [(&str, i32); 4] = [
    ("2026-10-31", 20_757),
    ("2026-11-01", 20_758),
    ("2026-11-22", 20_779),
    ("2025-11-22", 20_414),
];

/// The same numbers each time.
fn dice(place: usize, which: usize, below: usize) -> usize {
    let hash = blake3::hash(format!("{place}/{which}").as_bytes());
    usize::from(hash.as_bytes()[0]) % below
}

fn truths(count: usize) -> Vec<Truth> {
    let one = |place: usize| {
        let d = |which, below| dice(place, which, below);
        let (model, provider) = MODELS[d(1, MODELS.len())];
        let (day, number) = DAYS[d(2, DAYS.len())];
        Truth {
            made: Made {
                prompt: PROMPTS[d(0, PROMPTS.len())].into(),
                model,
                provider,
                media: [MediaKind::Image, MediaKind::Video, MediaKind::Audio][d(3, 3)],
                size: [(1024, 1536), (2048, 1024), (0, 0), (512, 512)][d(4, 4)],
                day,
                micros: [None, Some(40_000), Some(100_000), Some(2_500_000)][d(5, 4)],
                seed: [None, Some(42), Some(-7)][d(6, 3)],
                commercial: [
                    Commercial::Yes,
                    Commercial::No,
                    Commercial::Conditions,
                    Commercial::Unknown,
                ][d(7, 4)],
                from: (place > 0 && d(8, 3) == 0).then(|| place - 1),
            },
            seq: place as i64 + 1,
            day: number,
            rating: d(9, 6) as u8,
            circled: d(10, 3) == 0,
            note: ["", "", "for the lighthouse poster", "夜"][d(11, 4)],
            tags: TAGS
                .into_iter()
                .enumerate()
                .filter(|(n, _)| d(20 + n, 3) == 0)
                .map(|t| t.1)
                .collect(),
            collections: COLLECTIONS
                .into_iter()
                .enumerate()
                .filter(|(n, _)| d(30 + n, 3) == 0)
                .map(|t| t.1)
                .collect(),
            trashed: d(12, 5) == 0,
            missing: d(13, 6) == 0,
        }
    };
    (0..count).map(one).collect()
}

async fn book(truths: &[Truth]) -> Book {
    let book = Book::with(truths.iter().map(|truth| truth.made.clone()).collect()).await;
    let truths = truths.to_vec();
    book.store
        .write(move |tx| {
            for name in COLLECTIONS {
                tx.keep_collection(&format!("col_{name}"), name, 1)?;
            }
            for (place, truth) in truths.iter().enumerate() {
                let ids = [print_id(place)];
                let marks = Marks {
                    rating: Some(truth.rating),
                    circled: Some(truth.circled),
                    note: Some(truth.note.into()),
                    add_tags: truth.tags.iter().map(ToString::to_string).collect(),
                    trashed: Some(truth.trashed),
                    ..Marks::default()
                };
                tx.mark(&ids, &marks, 9)?;
                for name in &truth.collections {
                    let join = Some(format!("col_{name}"));
                    tx.mark(&ids, &Marks { add_to: join, ..Marks::default() }, 9)?;
                }
                tx.note_present(&ids[0], !truth.missing)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    book
}

/// Words beside each other, the last one perhaps cut short.
fn stand(words: &Words, text: &str) -> bool {
    let tokens = fold::tokens(text);
    tokens.windows(words.tokens.len()).any(|some| {
        some.iter().zip(&words.tokens).enumerate().all(|(n, (token, wanted))| {
            let last = n + 1 == words.tokens.len();
            if last && words.open { token.starts_with(wanted) } else { token == wanted }
        })
    })
}

fn compares(value: i64, bound: Bound) -> bool {
    match bound.cmp {
        Cmp::Less => value < bound.value,
        Cmp::Most => value <= bound.value,
        Cmp::Same => value == bound.value,
        Cmp::Least => value >= bound.value,
        Cmp::More => value > bound.value,
    }
}

fn holds(what: &What, truth: &Truth) -> bool {
    let made = &truth.made;
    let (width, height) = made.size;
    let longer = i64::from(width.max(height));
    let has_key =
        |keys: &[String], names: &[&str]| names.iter().any(|n| keys.contains(&fold::key(n)));
    match what {
        What::Words(words) => {
            let maker = format!("{} {}", made.model, made.provider);
            let texts = [made.prompt.as_str(), &maker, truth.note];
            texts.iter().chain(&truth.tags).any(|text| stand(words, text))
        }
        What::Filter(filter) => match filter {
            Filter::Model(any) => any.iter().any(|text| {
                fold::fold(made.model).contains(text)
                    || fold::fold(&format!("path/{}", made.model)).contains(text)
            }),
            Filter::Provider(any) => {
                any.iter().any(|text| fold::fold(made.provider).contains(text))
            }
            Filter::Type(any) => any.contains(&made.media),
            Filter::Rating(any) => any.iter().any(|b| compares(i64::from(truth.rating), *b)),
            Filter::Tag(any) => has_key(any, &truth.tags),
            Filter::In(any) => has_key(any, &truth.collections),
            Filter::Licence(any) => any.contains(&made.commercial),
            Filter::Cost(any) => {
                any.iter().any(|bound| made.micros.is_some_and(|micros| compares(micros, *bound)))
            }
            Filter::Date(any) => any.iter().any(|d| d.from <= truth.day && truth.day <= d.to),
            Filter::Has(any) => any.iter().any(|has| match has {
                Has::Refs => made.from.is_some(),
                Has::Note => !truth.note.is_empty(),
                Has::Tags => !truth.tags.is_empty(),
            }),
            Filter::Seed(any) => made.seed.is_some_and(|seed| any.contains(&seed)),
            Filter::Size(any) => any.iter().any(|size| match size {
                Size::Longer(bound) => compares(longer, *bound),
                Size::Exact { width: w, height: h } => (*w, *h) == (width, height),
            }),
            Filter::Is(any) => any.iter().any(|is| match is {
                Is::Circled => truth.circled,
                Is::Video => made.media == MediaKind::Video,
                Is::Image => made.media == MediaKind::Image,
                Is::Sandbox => made.provider == "Sandbox",
                Is::Trashed => truth.trashed,
                Is::Missing => truth.missing,
                // Those have a test of their own, beside their rows.
                Is::Import => false,
            }),
            Filter::Shot(any) => any.iter().any(|shot| i64::from(*shot) == truth.seq),
        },
    }
}

/// The numbers of a view, the plain way.
fn plainly(truths: &[Truth], query: &Query, sort: Sort) -> Vec<i64> {
    let mut found: Vec<&Truth> = truths
        .iter()
        .filter(|truth| query.sees_trash() || !truth.trashed)
        .filter(|truth| query.parts.iter().all(|p| holds(&p.what, truth) != p.negated))
        .rev()
        .collect();
    match sort {
        // None of these was at a provider, so none took long.
        Sort::Newest | Sort::Render => {}
        Sort::Oldest => found.reverse(),
        Sort::Rating => found.sort_by_key(|truth| std::cmp::Reverse(truth.rating)),
        Sort::Cost => found.sort_by_key(|truth| std::cmp::Reverse(truth.made.micros)),
    }
    found.iter().map(|truth| truth.seq).collect()
}

fn typed() -> impl Strategy<Value = String> {
    let pieces = [
        "light",
        "lig",
        "\"low light\"",
        "low-light",
        "creme",
        "BRÛLÉE",
        "夜",
        "夜景",
        "京の",
        "sdxl",
        "写真SD",
        "港",
        "poster",
        "golden",
        "\"hour portrait\"",
        "seedream",
        "sedan",
        "fal",
        "100%",
        "'*(",
        "OR",
        "NEAR",
        "a",
        "model:seed",
        "model:path/s",
        "model:flux,sédan",
        "provider:FAL",
        "provider:sand,open",
        "type:image",
        "type:video,audio",
        "rating:>=3",
        "rating:0",
        "rating:<2,5",
        "tag:portrait",
        "tag:\"golden hour\",夜",
        "tag:none",
        "licence:commercial",
        "licence:unknown,personal",
        "cost:>0.1",
        "cost:<=0.1",
        "cost:2.5",
        "date:2026-11",
        "date:>=2026-11-01",
        "date:2025",
        "date:2026-10..2026-11-01",
        "date:<2026",
        "has:refs",
        "has:note,tags",
        "seed:42",
        "seed:-7,1",
        "size:>=2000",
        "size:1024x1536",
        "size:512,0x0",
        "is:circled",
        "is:trashed",
        "is:missing,sandbox",
        "is:video",
        "in:\"best of\"",
        "in:港,none",
        "shot:3",
        "shot:1,2,3,4,5",
    ];
    let piece = (proptest::sample::select(pieces.to_vec()), any::<bool>(), any::<bool>());
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| {
        let signed = pieces.iter().map(|(piece, one, two)| {
            // One in four stands against.
            if *one && *two { format!("-{piece}") } else { (*piece).to_owned() }
        });
        signed.collect::<Vec<_>>().join(" ")
    })
}

#[test]
fn the_book_answers_as_a_plain_filter_does() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let truths = truths(120);
    let book = runtime.block_on(book(&truths));
    let sorts = proptest::sample::select(Sort::ALL.to_vec());
    let mut runner = TestRunner::new(Config { cases: 1_500, ..Config::default() });
    let found = std::cell::Cell::new(0);
    runner
        .run(&(typed(), sorts, 1_u32..7), |(text, sort, limit)| {
            let query = find::read(&text).query().unwrap();
            let wanted = plainly(&truths, &query, sort);
            found.set(found.get() + wanted.len());
            let (list, first, pages) = runtime
                .block_on(book.store.read(move |sql| {
                    let first = list(sql, &query, sort, Some(limit))?;
                    let list = list(sql, &query, sort, None)?;
                    // Page by page it is the same list.
                    let (mut pages, mut before) = (Vec::new(), None);
                    loop {
                        let page = page(sql, Path::new("/"), &query, sort, before, limit * 20)?;
                        assert_eq!(page.total as usize, list.rows.len());
                        pages.extend(page.prints.iter().map(|print| print.seq));
                        match page.next {
                            Some(next) => before = Some(next.parse().unwrap()),
                            None => return Ok((list, first, pages)),
                        }
                    }
                }))
                .unwrap();
            let seqs =
                |list: &ViewList| -> Vec<i64> { list.rows.iter().map(|row| row.seq).collect() };
            prop_assert_eq!(&seqs(&list), &wanted, "{}", text);
            let begins = &wanted[..wanted.len().min(limit as usize)];
            prop_assert_eq!(&seqs(&first), begins, "{}", text);
            prop_assert_eq!(&pages, &wanted, "{}", text);
            Ok(())
        })
        .unwrap();
    assert!(found.get() > 1_500, "the queries find something: {}", found.get());
}

#[tokio::test]
async fn a_long_query_is_only_long() {
    let book = book(&truths(10)).await;
    let long = "light ".repeat(160) + &"-x tag:a ".repeat(4);
    let query = find::read(&long).query().unwrap();
    let found = book.store.read(move |sql| list(sql, &query, Sort::Newest, None)).await.unwrap();
    assert!(found.rows.len() <= 10);
}

#[tokio::test]
async fn rows_come_in_the_order_asked_with_their_marks() {
    let truths = truths(20);
    let book = book(&truths).await;
    let rows = book.store.read(|sql| rows(sql, Path::new("/l"), &[5, 99, 2])).await.unwrap();
    assert_eq!(rows.iter().map(|print| print.seq).collect::<Vec<_>>(), [5, 2]);
    for print in rows {
        let truth = &truths[print.seq as usize - 1];
        let mut tags: Vec<&str> = truth.tags.clone();
        tags.sort_by_key(|name| fold::key(name));
        assert_eq!(print.tags, tags);
        assert_eq!((print.rating, print.circled), (truth.rating, truth.circled));
        assert_eq!((print.note.as_str(), print.trashed_at.is_some()), (truth.note, truth.trashed));
    }
}

#[tokio::test]
async fn what_is_made_anew_is_what_was_there() {
    let book = book(&truths(30)).await;
    let astray = |sql: &Connection| check::words_astray(sql);
    assert_eq!(book.store.read(astray).await.unwrap(), 0);
    let other = Connection::open(book.folder.path().join("studio.db")).unwrap();
    for harm in [
        "UPDATE print_fact SET rating = 1 - rating WHERE seq = 3",
        "DELETE FROM print_fact WHERE seq = 4",
        "UPDATE print_words SET tags = 'other' WHERE rowid = 5",
        "DELETE FROM print_words WHERE rowid = 6",
    ] {
        other.execute(harm, []).unwrap();
        assert_eq!(book.store.read(astray).await.unwrap(), 1, "{harm}");
        let mended = book.store.write(|tx| tx.rebuild_words().map(|()| true)).await;
        assert!(mended.unwrap());
        assert_eq!(book.store.read(astray).await.unwrap(), 0, "{harm}");
    }
}

#[tokio::test]
async fn values_are_offered_with_how_many_have_them() {
    let made = |model| Made { model, provider: "Fal", ..Made::default() };
    let book = Book::with(vec![made("Seedream 4"), made("Seedream 4"), made("FLUX.2")]).await;
    book.store
        .write(|tx| {
            let trash = Marks { trashed: Some(true), ..Marks::default() };
            tx.mark(&[print_id(0)], &trash, 1)?;
            let tag = Marks { add_tags: vec!["Noir".into()], ..Marks::default() };
            tx.mark(&[print_id(1), print_id(2)], &tag, 1)
        })
        .await
        .unwrap();
    let values = |name| book.store.read(move |sql| makers::values(sql, name));
    let value = |text: &str, count| find::Value { text: text.into(), count: Some(count) };
    assert_eq!(
        values(find::Name::Model).await.unwrap(),
        [value("FLUX.2", 1), value("Seedream 4", 1)]
    );
    assert_eq!(values(find::Name::Provider).await.unwrap(), [value("Fal", 2)]);
    assert_eq!(values(find::Name::Tag).await.unwrap(), [value("Noir", 2)]);
}
