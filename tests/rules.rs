//! Every built-in review rule against its own examples, each rule a case of its own.

use libtest_mimic::{Arguments, Failed, Trial};
use reviewer::review::check_examples;
use rules::builtin::review_rules;

fn main() {
    let arguments = Arguments::from_args();
    let trials = review_rules()
        .into_iter()
        .map(|rule| {
            Trial::test(rule.id.clone(), move || {
                let failures = check_examples(&rule);
                if failures.is_empty() {
                    Ok(())
                } else {
                    Err(Failed::from(failures.join("\n")))
                }
            })
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}
