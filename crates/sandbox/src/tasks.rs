//! All tasks, in memory and (when there is a state folder) one JSON file each, with their outputs beside them.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::Error;
use crate::keep;
use crate::task::{End, Task};

/// How long tasks and uploads are kept (WaveSpeed docs, read 2026-11-22: 7 days), in milliseconds.
pub(crate) const KEPT_MS: u64 = 7 * 24 * 60 * 60 * 1000;

pub(crate) struct Tasks {
    folder: Option<PathBuf>,
    shelf: Mutex<HashMap<String, Arc<Running>>>,
}

/// A task and those who wait for it.
pub(crate) struct Running {
    task: Mutex<Task>,
    output: Mutex<Option<Bytes>>,
    ended: watch::Sender<bool>,
    wished_away: watch::Sender<bool>,
}

impl Running {
    fn new(task: Task) -> Arc<Self> {
        let ended = watch::Sender::new(task.end.is_some());
        let wished_away = watch::Sender::new(false);
        Arc::new(Self { task: Mutex::new(task), output: Mutex::new(None), ended, wished_away })
    }

    pub(crate) fn task(&self) -> Task {
        lock(&self.task).clone()
    }

    /// Returns once the task has ended.
    pub(crate) async fn wait(&self) {
        // The sender lives in self, so this cannot fail.
        let _ = self.ended.subscribe().wait_for(|ended| *ended).await;
    }

    /// Wishes it away; returns once it has ended, so or otherwise.
    pub(crate) async fn cancel(&self) {
        self.wished_away.send_replace(true);
        self.wait().await;
    }

    /// Returns once it is wished away.
    pub(crate) async fn wished_away(&self) {
        let _ = self.wished_away.subscribe().wait_for(|away| *away).await;
    }
}

impl Tasks {
    /// Reads the tasks of an earlier run. Files that cannot be read as tasks are left where they are.
    pub(crate) fn open(state_dir: Option<&Path>) -> Result<Self, Error> {
        let mut shelf = HashMap::new();
        let folder = state_dir.map(|dir| dir.join("tasks"));
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
            for file in std::fs::read_dir(folder).map_err(Error::file(folder))? {
                let path = file.map_err(Error::file(folder))?.path();
                if path.extension().is_none_or(|e| e != "json") {
                    continue;
                }
                let text = std::fs::read(&path).map_err(Error::file(&path))?;
                match serde_json::from_slice::<Task>(&text) {
                    Ok(task) => {
                        shelf.insert(task.id.clone(), Running::new(task));
                    }
                    Err(error) => {
                        tracing::warn!(path = %path.display(), %error, "not a task of the sandbox");
                    }
                }
            }
        }
        Ok(Self { folder, shelf: Mutex::new(shelf) })
    }

    /// Keeps a new task; it is on the disk when this returns.
    pub(crate) fn add(&self, task: Task) -> io::Result<Arc<Running>> {
        self.write(&task)?;
        let running = Running::new(task);
        lock(&self.shelf).insert(running.task().id, Arc::clone(&running));
        Ok(running)
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<Running>> {
        lock(&self.shelf).get(id).cloned()
    }

    pub(crate) fn find_by_token(&self, token: &str) -> Option<Arc<Running>> {
        lock(&self.shelf).values().find(|r| lock(&r.task).token == token).cloned()
    }

    pub(crate) fn all(&self) -> Vec<Arc<Running>> {
        lock(&self.shelf).values().cloned().collect()
    }

    /// Ends a task: the output first, then the record, then those who wait are woken.
    pub(crate) fn end(&self, running: &Running, end: End, output: Option<Bytes>) -> io::Result<()> {
        let mut task = running.task();
        task.end = Some(end);
        if let Some(bytes) = output {
            self.put_output(running, &task, bytes)?;
        }
        if self.find(&task.id).is_some() {
            self.write(&task)?;
        }
        *lock(&running.task) = task;
        running.ended.send_replace(true);
        Ok(())
    }

    /// The bytes of a completed task's output, if they are still there.
    pub(crate) fn output(&self, running: &Running) -> Option<Bytes> {
        match self.output_file(&running.task()) {
            Some(path) => std::fs::read(path).ok().map(Bytes::from),
            None => lock(&running.output).clone(),
        }
    }

    pub(crate) fn put_output(
        &self,
        running: &Running,
        task: &Task,
        bytes: Bytes,
    ) -> io::Result<()> {
        if let Some(path) = self.output_file(task) {
            return keep::write_whole(&path, &bytes);
        }
        *lock(&running.output) = Some(bytes);
        Ok(())
    }

    /// Lets go of an output whose URL has expired.
    pub(crate) fn forget_output(&self, running: &Running) {
        match self.output_file(&running.task()) {
            Some(path) => keep::remove(&path),
            None => *lock(&running.output) = None,
        }
    }

    /// Whether there was such a task.
    pub(crate) fn delete(&self, id: &str) -> bool {
        let Some(running) = lock(&self.shelf).remove(id) else { return false };
        self.forget_output(&running);
        if let Some(folder) = &self.folder {
            keep::remove(&folder.join(format!("{id}.json")));
        }
        true
    }

    /// Deletes what is older than seven days.
    pub(crate) fn prune(&self, now: Timestamp) {
        for running in self.all() {
            let task = running.task();
            if task.end.is_some() && crate::task::later(task.created_at, KEPT_MS) < now {
                self.delete(&task.id);
            }
        }
    }

    fn write(&self, task: &Task) -> io::Result<()> {
        match &self.folder {
            Some(folder) => keep::write_whole(
                &folder.join(format!("{}.json", task.id)),
                &serde_json::to_vec_pretty(task)?,
            ),
            None => Ok(()),
        }
    }

    /// Where its output lies; `None` when outputs are kept in memory.
    fn output_file(&self, task: &Task) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(format!("{}.output", task.id)))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
