//! Transcripts of the program: each Markdown file of `tests/cli/` is a session whose commands must print just
//! what it shows. The README's session is one of them. `TRYCMD=overwrite cargo test` rewrites what they show.

#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .register_bin(
            "reviewer",
            std::path::Path::new(env!("CARGO_BIN_EXE_reviewer")),
        )
        .case("../tests/cli/*.md");
}
