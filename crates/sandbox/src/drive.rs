//! A task from its creation (or from a restart) to its end.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use jiff::Timestamp;

use crate::ledger::{Entry, EntryKind};
use crate::order::{Format, Order};
use crate::task::{End, Failure, Task};
use crate::tasks::Running;
use crate::world::World;
use crate::{fetch, paint, webhook};

/// Starts driving a task; it ends by itself when the sandbox stops, and goes on after a restart.
pub(crate) fn start(world: &Arc<World>, running: Arc<Running>) {
    let world_of_task = Arc::clone(world);
    let mut stop = world.stop.subscribe();
    world.tracker.spawn(async move {
        tokio::select! {
            () = to_the_end(&world_of_task, &running) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    });
}

async fn to_the_end(world: &Arc<World>, running: &Running) {
    let task = running.task();
    let begun = Instant::now();
    let painted = tokio::select! {
        painted = made(world, &task) => painted,
        () = running.wished_away() => Err(Failure::CANCELLED),
    };
    let kind = if painted.is_ok() { EntryKind::Settle } else { EntryKind::Refund };
    let at = Timestamp::now();
    let (end, output) = match painted {
        Ok((bytes, format)) => {
            let inference_ms =
                (at.as_millisecond() - task.created_at.as_millisecond()).max(0) as u64;
            (
                End::Completed { at, inference_ms, name: format!("1.{}", format.extension()) },
                Some(bytes),
            )
        }
        Err(failure) => {
            (End::Failed { at, code: failure.code, error: failure.error.to_owned() }, None)
        }
    };
    tracing::debug!(id = %task.id, ?kind, ms = begun.elapsed().as_millis() as u64, "task ended");
    if let Err(error) =
        book_end(world, &task, kind).and_then(|()| world.tasks.end(running, end, output))
    {
        tracing::error!(%error, id = %task.id, "the end of a task could not be written; it goes on at the next start");
        return;
    }
    if let Some(url) = &task.webhook {
        webhook::deliver(world, url, running).await;
    }
}

/// What comes of a task, when it is due.
async fn made(world: &Arc<World>, task: &Task) -> Result<(Bytes, Format), Failure> {
    let painted = match task.asked_failure() {
        Some(failure) => Err(failure),
        None => paint_task(world, task).await,
    };
    sleep_until(if painted.is_ok() { task.due_at() } else { task.fails_at() }).await;
    painted
}

/// One line for the end, also when a crash came between the ledger and the task's file.
fn book_end(world: &World, task: &Task, kind: EntryKind) -> std::io::Result<()> {
    if world.ledger.knows_end(&task.id) {
        return Ok(());
    }
    world.ledger.add(Entry {
        at: Timestamp::now(),
        kind,
        id: task.id.clone(),
        model: task.name().to_owned(),
        client_reference: task.client_reference.clone(),
        seed: task.seed,
        amount_micros: task.charge_micros,
    })
}

/// Paints what a task asked for. The same task gives the same bytes each time.
pub(crate) async fn paint_task(
    world: &Arc<World>,
    task: &Task,
) -> Result<(Bytes, Format), Failure> {
    let model = world.catalog.find(&task.model).ok_or(Failure::INTERNAL)?;
    let inputs = model.check(&task.inputs).map_err(|_| Failure::INTERNAL)?;
    let order = Order::read(model.craft, &inputs, task.seed).map_err(|_| Failure::INTERNAL)?;
    let mut files = Vec::new();
    for url in &order.references {
        files.push(fetch::reference(world, url).await?);
    }
    let _easel = world.easels.acquire().await.map_err(|_| Failure::INTERNAL)?;
    let (label, stopped, format) = (world.config.label, Arc::clone(&world.stopped), order.format);
    let work = tokio::task::spawn_blocking(move || {
        let mut references = Vec::new();
        for file in files {
            references
                .push(image::load_from_memory(&file).map_err(|_| Failure::UNREADABLE)?.to_rgb8());
        }
        paint::paint(&order, &references, label, &stopped).map_err(|error| {
            tracing::warn!(%error, "a painting failed");
            Failure::INTERNAL
        })
    });
    let bytes = work.await.map_err(|_| Failure::INTERNAL)??;
    Ok((Bytes::from(bytes), format))
}

async fn sleep_until(due: Timestamp) {
    let left = due.as_millisecond() - Timestamp::now().as_millisecond();
    if let Ok(left) = u64::try_from(left) {
        tokio::time::sleep(std::time::Duration::from_millis(left)).await;
    }
}
