use super::*;
use crate::chat::tests::said;
use crate::discord::modal;
use crate::discord::text::units;
use crate::form::Form;
use crate::grammar;
use crate::view::{Column, Pick, Table};

fn drawn(view: View) -> Drawn {
    let drawn = message(&said(view));
    fits(&drawn.data);
    drawn
}

fn text(text: Text) -> String {
    pieces(&text).concat()
}

/// Discord's limits on a message.
fn fits(data: &Value) {
    let at_most = |value: &Value, most: usize| {
        let text = value.as_str().unwrap_or_default();
        assert!(units(text) <= most, "{} units: {text}", units(text));
    };
    at_most(&data["content"], CONTENT_MAX);
    let mut all = String::new();
    for embed in data["embeds"].as_array().unwrap() {
        at_most(&embed["description"], DESCRIPTION_MAX);
        at_most(&embed["footer"]["text"], 2_048);
        all.push_str(embed["description"].as_str().unwrap_or_default());
        all.push_str(embed["footer"]["text"].as_str().unwrap_or_default());
    }
    assert!(units(&all) <= 6_000, "{}", units(&all));
    let rows = data["components"].as_array().unwrap();
    assert!(rows.len() <= 5);
    let mut ids = Vec::new();
    for row in rows {
        let inside = row["components"].as_array().unwrap();
        assert!((1..=5).contains(&inside.len()));
        for one in inside {
            ids.push(one["custom_id"].as_str().unwrap().to_owned());
            at_most(&one["custom_id"], 100);
            at_most(&one["label"], 80);
            for option in one["options"].as_array().into_iter().flatten() {
                at_most(&option["label"], 100);
                at_most(&option["value"], 100);
                at_most(&option["description"], 100);
            }
            assert!(one["options"].as_array().is_none_or(|options| options.len() <= 25));
        }
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "each id once");
    assert_eq!(data["allowed_mentions"], json!({ "parse": [] }));
}

#[test]
fn what_people_wrote_stays_text() {
    for (wrote, shown) in [
        ("*a* _b_ ~~c~~ ||d||", "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\|\\|d\\|\\|"),
        ("`x` ```y```", "\\`x\\` \\`\\`\\`y\\`\\`\\`"),
        ("<@1> <#2> <t:0:R>", "\\<@\u{200B}1\\> \\<\\#2\\> \\<t:0:R\\>"),
        ("@everyone a@b.c", "@\u{200B}everyone a@\u{200B}b.c"),
        ("https://evil.example", "https:\u{200B}//evil.example"),
        ("[a](https://b.c)", "\\[a\\](https:\u{200B}//b.c)"),
        ("# big", "\\# big"),
        ("- item", "\\- item"),
        ("12. item", "12\\. item"),
        ("c_2 op_x a__b", "c_2 op_x a\\_\\_b"),
        ("\u{202E}evil\nline\\", "evil line\\\\"),
    ] {
        assert_eq!(text(Text::new().input(wrote)), shown, "{wrote}");
    }
    assert_eq!(text(Text::new().code("a`b\n``c")), "`aˋb ˋˋc`");
    assert_eq!(text(Text::new().time(jiff::Timestamp::UNIX_EPOCH)), "<t:0:f>");
}

#[test]
fn nothing_is_cut_inside_of_what_belongs_together() {
    let long = Text::new().input("*".repeat(3_000)).code("/x").time(jiff::Timestamp::UNIX_EPOCH);
    for most in [1, 2, 3, 10, 11] {
        let cut = fitted(&pieces(&long), most);
        assert!(units(&cut) <= most && cut.ends_with('…'), "{cut}");
        assert_eq!(cut.matches('\\').count(), cut.matches('*').count(), "{cut}");
    }
}

#[test]
fn a_receipt_has_its_headline_its_facts_and_its_buttons() {
    let view = View::new(Mark::Done, Text::new().fixed("Added"))
        .line(Text::new().fixed("MMS 1 → 2"))
        .footer(Text::new().fixed("op_1"))
        .offer("Undo", Weight::Danger, "/undo op_0123456789abcdef")
        .offer("Twice", Weight::Plain, "/undo op_0123456789abcdef");
    let drawn = drawn(view);
    assert_eq!(drawn.data["content"], "✅ Added");
    assert_eq!(drawn.data["embeds"][0]["description"], "MMS 1 → 2");
    assert_eq!(drawn.data["embeds"][0]["footer"]["text"], "op_1");
    let buttons = drawn.data["components"][0]["components"].as_array().unwrap();
    assert_eq!(buttons.len(), 1, "what does the same is there once");
    assert_eq!(
        (&buttons[0]["custom_id"], &buttons[0]["style"]),
        (&json!("v1:run:/undo op_0123456789abcdef"), &json!(4))
    );
    let bare = message(&said(View::new(Mark::Answer, Text::new().fixed("Nothing waits."))));
    assert_eq!((&bare.data["embeds"], &bare.data["components"]), (&json!([]), &json!([])));
}

#[test]
fn what_is_too_long_for_a_button_stays_a_line() {
    let long = format!("/client find {}", "x".repeat(120));
    let view = View::new(Mark::Refused, Text::new().fixed("What?"))
        .suggest(&long, "finds it")
        .suggest("/help", "lists all commands")
        .suggest_as(("Confirm", Weight::Main), "/confirm", "does it");
    let drawn = drawn(view);
    let text = drawn.data["embeds"][0]["description"].as_str().unwrap();
    assert_eq!(text, format!("• `{long}` finds it\n• `/help` lists all commands"));
    let buttons = drawn.data["components"][0]["components"].as_array().unwrap();
    let labels: Vec<&str> = buttons.iter().map(|b| b["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["/help", "Confirm"]);
}

#[test]
fn one_of_several_is_a_select() {
    let choice = |n: usize| {
        let line = format!("/balance c_{}", n.min(30));
        Suggestion::new(line, "user · 120 MMS").labelled("A".repeat(200), Weight::Plain)
    };
    let mut view = View::new(Mark::Refused, Text::new().fixed("Which?")).suggest("/help", "");
    view.pick = Some(Pick { ask: "Which client?", from: (1..=40).map(choice).collect() });
    let view = (0..40).fold(view, |view, n| view.offer("x", Weight::Plain, format!("/x {n}")));
    let drawn = drawn(view);
    let select = &drawn.data["components"][0]["components"][0];
    assert_eq!(select["options"].as_array().unwrap().len(), 25);
    assert_eq!(select["placeholder"], "Which client?");
    assert_eq!(select["options"][0]["value"], "v1:run:/balance c_1");
}

#[test]
fn a_long_answer_goes_into_a_file_and_nothing_of_it_is_lost() {
    let row = |n: usize| vec![Text::new().input(format!("*client {n}*")), Text::new().fixed("7")];
    let table = |rows: usize| Table {
        columns: vec![Column::words("client"), Column::number("MMS")],
        rows: (0..rows).map(row).collect(),
    };
    let view = |rows| View::new(Mark::Answer, Text::new().fixed("All")).table(table(rows));
    let few = drawn(view(2));
    let text = few.data["embeds"][0]["description"].as_str().unwrap();
    assert_eq!(text, "**\\*client 0\\***\nMMS 7\n**\\*client 1\\***\nMMS 7");
    assert!(few.files.is_empty());
    let many = drawn(view(500));
    let text = many.data["embeds"][0]["description"].as_str().unwrap();
    assert!(text.ends_with("in the file."), "{text}");
    let [file] = many.files.as_slice() else { panic!("{:?}", many.files) };
    let file = String::from_utf8(file.bytes.clone()).unwrap();
    assert!(file.contains("*client 499*"), "{file}");
}

#[test]
fn anything_fits() {
    for wild in
        ["*".repeat(9_000), "🦊".repeat(5_000), "`\u{202E}@everyone".repeat(900), String::new()]
    {
        let said = |text: &str| Text::new().input(text).code(text);
        let mut view = View::new(Mark::Refused, said(&wild))
            .line(said(&wild))
            .footer(said(&wild))
            .suggest(&wild, wild.as_str())
            .suggest("/help", wild.as_str());
        let one = Suggestion::new("/help", &wild).labelled(&wild, Weight::Main);
        view.pick = Some(Pick { ask: "Which?", from: vec![one] });
        drawn(view);
    }
}

#[test]
fn every_form_fits_a_modal() {
    let from = "discord:1:2".parse().unwrap();
    for command in crate::commands::all() {
        let form = Form::of(&grammar::partly(&command.name(), &from).unwrap());
        if form.fields.is_empty() {
            continue;
        }
        let modal = modal::draw(&form, "v1:fill:/x");
        assert!(units(modal["title"].as_str().unwrap()) <= 45);
        let fields = modal["components"].as_array().unwrap();
        assert!((1..=5).contains(&fields.len()));
        for field in fields {
            assert!((1..=45).contains(&units(field["label"].as_str().unwrap())));
            assert!((1..=100).contains(&units(field["description"].as_str().unwrap())));
        }
    }
}
