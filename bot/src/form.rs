//! Forms: the missing arguments of a command as fields. They are made from the command's parameters,
//! so every command has one and none is written by hand.
//!
//! A front end draws a form as a modal and hands back the values by the fields' names, with the line
//! that the form completes ([`crate::button::Button::Fill`]).

use crate::command::{Command, Input, ParamKind, ParamSpec, Position};
use crate::grammar::Parsed;

/// The most fields (Discord's limit for a modal).
pub const FIELDS_MAX: usize = 5;

/// The missing arguments of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The command.
    pub command: &'static Command,
    /// The line without the missing arguments, with its slash.
    pub line: String,
    /// The missing arguments, the required ones first.
    pub fields: Vec<Field>,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The parameter's name.
    pub name: &'static str,
    /// The parameter's name in words.
    pub label: String,
    /// The parameter's description.
    pub hint: &'static str,
    /// The sort of field.
    pub input: Input,
    /// Whether it must be filled in.
    pub required: bool,
}

impl Field {
    fn of(param: &'static ParamSpec) -> Self {
        let mut label: String = param.name.replace('_', " ");
        if let Some(first) = label.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self {
            name: param.name,
            label,
            hint: param.about,
            input: param.kind.form().input,
            required: param.is_required(),
        }
    }
}

impl Form {
    /// The form for the missing arguments of a command: required ones first, then those with a
    /// position, then named ones. Flags and the parameters of buttons get no field.
    #[must_use]
    pub fn of(parsed: &Parsed) -> Self {
        let open = |param: &&ParamSpec| {
            let is_field = param.kind != ParamKind::Flag && param.position != Position::Button;
            is_field && parsed.args.get(param.name).is_none()
        };
        let mut params: Vec<&'static ParamSpec> =
            parsed.command.params.iter().filter(open).collect();
        params.sort_by_key(|param| match param.position {
            Position::Required => 0,
            Position::Optional => 1,
            Position::Named | Position::Button => 2,
        });
        let fields = params.into_iter().take(FIELDS_MAX).map(Field::of).collect();
        Self { command: parsed.command, line: parsed.line(), fields }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar;

    fn form(line: &str) -> Form {
        Form::of(&grammar::partly(line, &"local:dana".parse().unwrap()).unwrap())
    }

    fn names(form: &Form) -> Vec<(&'static str, bool)> {
        form.fields.iter().map(|field| (field.name, field.required)).collect()
    }

    #[test]
    fn a_form_asks_for_what_the_line_lacks() {
        let deny = form("/deny op_0123456789abcdef");
        assert_eq!(names(&deny), [("reason", false)]);
        assert_eq!(deny.line, "/deny op_0123456789abcdef");
        let add = form("/addcredit mms c_2");
        let paid = [("paid", false), ("from", false), ("tell", false)];
        let required = [("amount", true), ("reason", false)];
        assert_eq!(names(&add), [required.as_slice(), &paid].concat());
        let correct = form("/correct op_0123456789abcdef");
        let fields = ["reason", "to", "move", "spent", "tell"].map(|name| (name, false));
        assert_eq!(names(&correct), fields);
        assert_eq!(add.fields[0].label, "Amount");
    }

    #[test]
    fn what_is_filled_in_is_read_like_an_option() {
        let from = "local:dana".parse().unwrap();
        let part = grammar::partly("/addcredit mms \"ACME Ltd\"", &from).unwrap();
        let values = [("amount", "1,000"), ("reason", "-- for \"Q4\""), ("dry_run", "true")];
        let values: Vec<_> = values.map(|(n, v)| (n.to_owned(), v.to_owned())).into();
        let parsed = grammar::given(part.clone(), &values, &from).unwrap();
        assert_eq!(parsed.args.count("amount").unwrap().get(), 1_000);
        assert_eq!(parsed.args.text("reason").as_deref(), Some("-- for \"Q4\""));
        assert!(parsed.dry_run());
        let none = grammar::given(part.clone(), &[], &from).unwrap_err();
        assert_eq!(none.code, "missing");
        let wrong = [("amount".to_owned(), "1.5".to_owned())];
        assert_eq!(grammar::given(part.clone(), &wrong, &from).unwrap_err().code, "bad_amount");
        let unknown = [("nonsense".to_owned(), "1".to_owned())];
        assert_eq!(grammar::given(part, &unknown, &from).unwrap_err().code, "unknown_option");
    }

    #[test]
    fn every_command_has_a_form_that_fits() {
        for command in crate::commands::all() {
            let form = Form::of(&Parsed::bare(command));
            let required = command.params.iter().filter(|param| param.is_required()).count();
            assert!(required <= FIELDS_MAX, "{}", command.name());
            let required_fields = form.fields.iter().filter(|field| field.required).count();
            assert_eq!(required_fields, required, "{}", command.name());
        }
    }
}
