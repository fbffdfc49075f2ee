//! The present value of a setting whose new value was not typed: `/settings tax` alone changes nothing, and
//! says what is set.

use shared::contract::Answer;
use shared::kernel::id::Identity;
use shared::settings::types::Ask;

use super::{Chat, ChatReply, not_read};
use crate::command::Usage;
use crate::commands::settings::present;

impl Chat {
    /// The reply to a line that lacks something; for a setting with its present value.
    pub(super) async fn missing(&self, from: &Identity, usage: &Usage) -> ChatReply {
        let mut reply = not_read(usage);
        let setting = usage.command.filter(|_| usage.code == "missing");
        let [Some("settings"), Some(word)] =
            [0, 1].map(|at| setting.and_then(|c| c.words.get(at).copied()))
        else {
            return reply;
        };
        if let Some(Answer::Settings(settings)) = self.looked_up(from, Ask::SettingsShow {}).await {
            for line in present(&settings, word) {
                reply.view = reply.view.line(line);
            }
        }
        reply
    }
}
