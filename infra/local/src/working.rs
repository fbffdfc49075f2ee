//! The work behind the replies, until the program ends.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::desk::Local;
use crate::serve::STOP_MAX;

/// The task of the work.
pub struct Working {
    task: JoinHandle<()>,
    stop: Arc<Notify>,
}

impl Working {
    /// Starts the work.
    pub fn start(local: &Arc<Local>) -> Self {
        let stop = Arc::new(Notify::new());
        let (local, stopped) = (local.clone(), stop.clone());
        let task = tokio::spawn(async move { local.keep_working(stopped.notified()).await });
        Self { task, stop }
    }

    /// Finishes the commands that were handed over, as far as the time reaches.
    pub async fn end(self) {
        self.stop.notify_one();
        let Self { mut task, .. } = self;
        if timeout(STOP_MAX, &mut task).await.is_err() {
            task.abort();
        }
    }
}
