//! `creditdesk register discord`: tells Discord which commands there are.

use std::io::{self, Write};

use bot::discord::register::{Difference, Registrar};
use bot::outgoing::Outgoing;

use crate::config::Config;
use crate::program::Trouble;

/// Registers the commands, in one guild or everywhere, or only says what would be changed.
///
/// # Errors
/// The environment does not say as whom, or Discord does not take it.
pub async fn discord(guild: Option<&str>, dry_run: bool, config: &Config) -> Result<u8, Trouble> {
    let (Some(application), Some(token)) =
        (config.discord.application.as_deref(), config.discord.token.as_ref())
    else {
        let missing = [
            ("DISCORD_APPLICATION_ID", config.discord.application.is_none()),
            ("DISCORD_BOT_TOKEN", config.discord.token.is_none()),
        ];
        let names: Vec<&str> =
            missing.iter().filter(|(_, no)| *no).map(|(name, _)| *name).collect();
        let names = names.join(" and ");
        return Err(Trouble::Other(format!(
            "set {names} in the environment; the application’s page at \
             discord.com/developers/applications shows them"
        )));
    };
    let outgoing = Outgoing::new(config.bases.clone());
    let registrar = Registrar { outgoing: &outgoing, application, token, guild };
    let differences =
        registrar.register(dry_run).await.map_err(|e| Trouble::Other(e.to_string()))?;
    let mut out = io::stdout().lock();
    let differ: Vec<_> = differences.iter().filter(|(_, d)| *d != Difference::Same).collect();
    let width = differ.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, difference) in &differ {
        writeln!(out, "{name:width$}  {}", difference.word())?;
    }
    let same = differences.len().saturating_sub(differ.len());
    let place = guild.map_or_else(|| "everywhere".to_owned(), |guild| format!("in guild {guild}"));
    match (differ.is_empty(), dry_run) {
        (true, _) => writeln!(out, "All {same} commands are registered {place} as they are.")?,
        (false, true) => {
            writeln!(out, "{} would change {place}, {same} stay.", differ.len())?;
        }
        (false, false) => writeln!(out, "{} changed {place}, {same} stay.", differ.len())?,
    }
    Ok(0)
}
