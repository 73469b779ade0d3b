use tokio::sync::broadcast;

use super::*;

fn catalog(provider: &str) -> Arc<Vec<Change>> {
    Arc::new(vec![Change::Catalog { provider: provider.into() }])
}

#[tokio::test]
async fn changes_close_together_travel_together() {
    let (sender, mut receiver) = broadcast::channel(8);
    for provider in ["a", "b"] {
        sender.send(catalog(provider)).expect("a receiver");
    }
    let Arrived::Changes(batch) = next(&mut receiver).await else { panic!("changes were sent") };
    assert_eq!(batch, [&catalog("a")[..], &catalog("b")[..]].concat());
    drop(sender);
    assert!(matches!(next(&mut receiver).await, Arrived::Closed));
}

#[tokio::test]
async fn a_gap_asks_for_everything_again() {
    let (sender, mut receiver) = broadcast::channel(2);
    for provider in ["a", "b", "c", "d"] {
        sender.send(catalog(provider)).expect("a receiver");
    }
    assert!(matches!(next(&mut receiver).await, Arrived::Gap));
}
