//! Spells a pattern so that a grammar can read it.
//!
//! `$X` and `...` are no syntax of most languages. A metavariable becomes an identifier everywhere; an
//! ellipsis takes the spelling that its position needs: an expression among arguments, a typed parameter
//! among parameters, a statement, a member, a pair. Where the brackets do not say which position it is,
//! each of them is tried, and the grammar decides: a spelling counts if it parses without an error.

use std::borrow::Cow;

/// Identifier that stands for `...`.
pub(crate) const ELLIPSIS: &str = "__hone_ellipsis";
/// Member that stands for the `...` of `a. ... .b`.
pub(crate) const CHAIN: &str = "__hone_chain";
/// Callee that stands for `<... e ...>`.
pub(crate) const DEEP: &str = "__hone_deep";
const METAVARIABLE: &str = "__hone_mv_";
const VARIADIC: &str = "__hone_va_";
/// Template of parameters that cannot do without a type.
pub(super) const TYPED_PARAMETER: &str = "T %";

/// Text around a fragment that makes it a file.
pub(crate) struct Wrapper {
    pub(crate) before: &'static str,
    pub(crate) after: &'static str,
}

/// How a language spells ellipses. In each template `%` is the identifier.
pub(super) struct Speller {
    pub(super) comment: &'static str,
    /// Whether `'` quotes a text (or a character), and does not start a lifetime.
    pub(super) single_quotes: bool,
    /// Whether `...x` spreads the elements of `x`.
    pub(super) spread: bool,
    /// Whether backquotes hold templates with `${code}`, and slashes regular expressions.
    pub(super) templates: bool,
    /// Whether elements of JSX are expressions.
    pub(super) jsx: bool,
    /// Words that the grammar takes for names of functions, and that are none.
    pub(super) reserved: &'static [&'static str],
    /// Surroundings of a fragment that is a file in none of the usual ones.
    pub(super) last_resort: &'static [Wrapper],
    /// What may be missing at the end of a pattern that is only the head of something: a body.
    pub(super) ends: &'static [&'static str],
    /// What makes a type alone a file.
    pub(super) type_wrapper: Option<Wrapper>,
    /// What quotes a text in which nothing is escaped.
    pub(super) raw_quote: Option<char>,
    /// Whether `...` is a word of the language too: `T... x`, `x ...T`, `f(xs...)`.
    pub(super) variadic_types: bool,
    /// What stands before a string that holds code between braces.
    pub(super) interpolation_prefixes: &'static [&'static str],
    pub(super) in_parens: &'static [&'static str],
    pub(super) in_braces: &'static [&'static str],
    /// Outside of all brackets.
    pub(super) at_top: &'static [&'static str],
    /// What an ellipsis is in a bracket, by the text before that, the bracket, and the text after its end. Where it
    /// is told, other spellings are tried only if no surrounding accepts that one.
    pub(super) guess: Option<fn(&str, char, &str) -> &'static str>,
    /// `($X: T)` where it is `:`, `(T $X)` where there is none.
    pub(super) typed_separator: Option<char>,
}

impl Speller {
    /// A language of which nothing special is known.
    pub(super) const PLAIN: Speller = Speller {
        comment: "//",
        single_quotes: true,
        raw_quote: None,
        spread: false,
        templates: false,
        jsx: false,
        reserved: &[],
        last_resort: &[],
        ends: &[],
        type_wrapper: None,
        variadic_types: false,
        interpolation_prefixes: &[],
        in_parens: &["%"],
        in_braces: &["%"],
        at_top: &["%"],
        guess: None,
        typed_separator: None,
    };
}

/// One way to write a pattern, and the types that it demands.
#[derive(Clone, Debug)]
pub(crate) struct Spelled {
    pub(crate) text: String,
    /// Metavariable and type, of typed metavariables.
    pub(crate) types: Vec<(String, String)>,
}

/// Why a pattern cannot be spelled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SpellError {
    #[error("the string that starts at byte {0} has no end")]
    OpenString(usize),
    #[error("`<...` has no `...>`")]
    OpenDeep,
    #[error(
        "`{0}` has other letters right beside it; a metavariable stands for a whole name, and `metavariable-regex` says what it looks like"
    )]
    Glued(String),
}

/// Most ways that are tried for one pattern.
const MOST_SPELLINGS: usize = 96;

/// What an identifier of a spelled pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning<'a> {
    /// `...`
    Ellipsis,
    /// `$X`; the name without `$`.
    Metavariable(&'a str),
    /// `$...X`; the name without `$...`.
    Variadic(&'a str),
}

/// What the identifier `text` stands for, if it is ours.
pub(crate) fn meaning(text: &str) -> Option<Meaning<'_>> {
    if text == ELLIPSIS {
        return Some(Meaning::Ellipsis);
    }
    if let Some(name) = text.strip_prefix(METAVARIABLE) {
        return Some(Meaning::Metavariable(name));
    }
    text.strip_prefix(VARIADIC).map(Meaning::Variadic)
}

/// A pattern cut into texts and ellipses.
#[derive(Default)]
struct Pieces {
    texts: Vec<String>,
    /// After `texts[i]`: the identifier, and the bracket that it stands in. A metavariable may be one, too.
    ellipses: Vec<(String, usize)>,
    types: Vec<(String, String)>,
    /// What opened each bracket, counted from 1; 0 is the top.
    brackets: Vec<char>,
    /// Where in the pattern each bracket starts, and where what follows its end does; at its end, if it has none.
    places: Vec<(usize, usize)>,
}

/// All ways to spell `pattern`, likeliest first.
///
/// Where `annotated`, `$X: T` among the arguments of a call is a typed metavariable. That reading comes second,
/// since among parameters it says what it says.
pub(super) fn spell(
    speller: &Speller,
    pattern: &str,
    annotated: bool,
) -> Result<Vec<Spelled>, SpellError> {
    let pieces = cut(speller, pattern, annotated)?;
    let guess = |bracket: &usize| {
        let at = bracket.checked_sub(1)?;
        let (start, end) = *pieces.places.get(at)?;
        let bracket = pieces.brackets[at];
        Some(speller.guess?(&pattern[..start], bracket, &pattern[end..]))
    };
    // Ellipses of one bracket are spelled alike.
    let mut groups: Vec<usize> = pieces
        .ellipses
        .iter()
        .filter(|(name, bracket)| {
            !name.starts_with(METAVARIABLE) || guess(bracket) == Some(TYPED_PARAMETER)
        })
        .map(|(_, bracket)| *bracket)
        .collect();
    groups.sort_unstable();
    groups.dedup();
    let templates: Vec<&[&str]> = groups
        .iter()
        .map(
            |&bracket| match bracket.checked_sub(1).map(|at| pieces.brackets[at]) {
                None => speller.at_top,
                Some('(') => speller.in_parens,
                Some('{') => speller.in_braces,
                Some(_) => &["%"],
            },
        )
        .collect();
    let guessed: Vec<Option<&str>> = groups.iter().map(guess).collect();
    let ways: usize = templates.iter().map(|t| t.len()).product();
    let mut spelled = Vec::new();
    if speller.guess.is_some() {
        let likely: Vec<Vec<&str>> = guessed
            .iter()
            .zip(&templates)
            .map(|(guess, templates)| {
                vec![guess.unwrap_or(templates.first().copied().unwrap_or("%"))]
            })
            .collect();
        let likely: Vec<&[&str]> = likely.iter().map(Vec::as_slice).collect();
        spelled.push(pieces.join(&groups, &likely, 0));
    }
    let all = (0..ways.clamp(1, MOST_SPELLINGS)).map(|way| pieces.join(&groups, &templates, way));
    spelled.extend(all);
    Ok(spelled)
}

/// The one way to spell a pattern of plain text, in which nothing is quoted.
pub(super) fn spell_text(pattern: &str) -> Spelled {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let length = match metavariable(rest) {
            Some((length, name, variadic)) => {
                text += if variadic { VARIADIC } else { METAVARIABLE };
                text += name;
                length
            }
            None if rest.starts_with("...") => {
                text += ELLIPSIS;
                3
            }
            None => {
                text.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    Spelled {
        text,
        types: Vec::new(),
    }
}

impl Pieces {
    /// Adds to the text, and gives back how much of the pattern that was.
    fn push(&mut self, length: usize, spelled: &str) -> usize {
        if let Some(text) = self.texts.last_mut() {
            *text += spelled;
        }
        length
    }

    /// Spelling number `way`, read as a number whose digits choose the templates.
    fn join(&self, groups: &[usize], templates: &[&[&str]], mut way: usize) -> Spelled {
        let mut chosen = Vec::new();
        for group in templates {
            chosen.push(group[way % group.len()]);
            way /= group.len();
        }
        let mut text = self.texts[0].clone();
        for ((name, bracket), after) in self.ellipses.iter().zip(&self.texts[1..]) {
            let template = groups
                .iter()
                .position(|g| g == bracket)
                .map_or("%", |at| chosen[at]);
            text += &ellipsis(template, name, &text, after);
            text += after;
        }
        Spelled {
            text,
            types: self.types.clone(),
        }
    }
}

/// An ellipsis between `before` and `after`: a template for statements serves only where a statement can
/// start, and does not repeat a `;` that is there.
fn ellipsis(template: &str, name: &str, before: &str, after: &str) -> String {
    if name.starts_with(METAVARIABLE) {
        // As a parameter it has any type.
        return match template == TYPED_PARAMETER {
            true => format!("{METAVARIABLE}_ {name}"),
            false => name.to_owned(),
        };
    }
    let statement = template.ends_with(';');
    let last = before.trim_end().chars().next_back();
    let starts = matches!(last, None | Some('{' | '}' | ';' | ')'))
        || before.trim_end_matches([' ', '\t']).ends_with('\n')
        || follows_label(before);
    // What is assigned, returned by an arm, or stored under a key is an expression.
    let is_value = before.trim_end().ends_with('=')
        || before.trim_end().ends_with("=>")
        || before.trim_end().ends_with(':') && template.starts_with("%:");
    if statement && !starts || is_value {
        return name.to_owned();
    }
    // `case ...` may leave out its colon, and what follows a colon is a statement.
    let before = before.trim_end();
    if before.ends_with("case") && !after.trim_start().starts_with(':') {
        return format!("{name}:");
    }
    if before.ends_with("case") || before.ends_with(':') && template.starts_with("case") {
        return name.to_owned();
    }
    let template = match after.trim_start().chars().next() {
        Some(next @ (';' | ',')) => template.trim_end_matches(next),
        _ => template,
    };
    template.replace('%', name)
}

fn cut(speller: &Speller, pattern: &str, annotated: bool) -> Result<Pieces, SpellError> {
    let mut pieces = Pieces {
        texts: vec![String::new()],
        ..Pieces::default()
    };
    let mut open: Vec<usize> = Vec::new();
    let mut deep = 0;
    let mut at = 0;
    while let Some(c) = pattern[at..].chars().next() {
        let rest = &pattern[at..];
        let last = pieces.texts.len() - 1;
        if speller.jsx
            && let Some(length) = markup(rest, &mut pieces, &mut open)
        {
            at += length;
            continue;
        }
        if speller.templates {
            if c == '`' {
                let spelled = template(speller, rest);
                let (length, spelled) = spelled.ok_or(SpellError::OpenString(at))?;
                pieces.texts[last] += &spelled;
                at += length;
                continue;
            }
            if let Some(length) = regular_expression(rest, &pieces.texts[last]) {
                pieces.texts[last] += &rest[..length];
                at += length;
                continue;
            }
        }
        if rest.starts_with(speller.comment) {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some(end) =
            literal_end(speller, rest).map_err(|()| SpellError::OpenString(at))?
        {
            let interpolates = speller
                .interpolation_prefixes
                .iter()
                .any(|prefix| pieces.texts[last].ends_with(prefix));
            pieces.texts[last] += &if interpolates {
                interpolated(&rest[..end])
            } else {
                rest[..end].into()
            };
            at += end;
        } else if let Some(inner) = rest
            .strip_prefix("<...")
            .filter(|inner| !inner.trim_start().starts_with(['>', ',']))
        {
            pieces.texts[last] += DEEP;
            pieces.texts[last].push('(');
            deep += 1;
            at = pattern.len() - inner.len();
        } else if deep > 0 && rest.starts_with("...>") {
            pieces.texts[last].push(')');
            deep -= 1;
            at += 4;
        } else if rest.starts_with("...") && follows_dot(&pieces.texts[last]) {
            pieces.texts[last] += CHAIN;
            at += 3;
        } else if rest.starts_with("...")
            && (speller.variadic_types && is_variadic(&pieces.texts[last], &rest[3..])
                || speller.spread && is_spread(&rest[3..]))
        {
            pieces.texts[last] += "...";
            at += 3;
        } else if rest.starts_with("...") {
            pieces
                .ellipses
                .push((ELLIPSIS.into(), open.last().copied().unwrap_or(0)));
            pieces.texts.push(String::new());
            at += 3;
        } else if let Some((length, name, variadic)) = metavariable(rest) {
            let letter = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            if pieces.texts[last].ends_with(letter) || rest[length..].starts_with(letter) {
                return Err(SpellError::Glued(rest[..length].to_owned()));
            }
            let may_be_parameter =
                speller.guess.is_some() && is_item(&pieces.texts[last], &rest[length..]);
            if variadic || may_be_parameter {
                let prefix = if variadic { VARIADIC } else { METAVARIABLE };
                pieces
                    .ellipses
                    .push((format!("{prefix}{name}"), open.last().copied().unwrap_or(0)));
                pieces.texts.push(String::new());
            } else if speller.templates && names_module(&pieces.texts[last]) {
                // A module is named by a string.
                pieces.texts[last] += &format!("\"${name}\"");
            } else {
                pieces.texts[last] += METAVARIABLE;
                pieces.texts[last] += name;
            }
            at += length;
            if let Some((length, ty)) = annotation(&pattern[at..]).filter(|_| annotated) {
                pieces.types.push((name.to_owned(), ty.to_owned()));
                at += length;
            }
        } else if let Some((length, name, ty)) = typed(speller, rest, &pieces.texts[last]) {
            // A declared variable has no parentheses: `(T $X) = ...`.
            let after = rest[length..].trim_start();
            pieces.texts[last] += &match after.starts_with('=') && !after.starts_with("==") {
                true => format!("{METAVARIABLE}{name}"),
                false => format!("({METAVARIABLE}{name})"),
            };
            pieces.types.push((name, ty));
            at += length;
        } else {
            match c {
                '(' | '[' | '{' => {
                    pieces.brackets.push(c);
                    open.push(pieces.brackets.len());
                    pieces
                        .places
                        .resize(pieces.brackets.len(), (at, pattern.len()));
                }
                ')' | ']' | '}' => {
                    let closed = open.pop().and_then(|bracket| bracket.checked_sub(1));
                    if let Some(place) = closed.and_then(|at| pieces.places.get_mut(at)) {
                        place.1 = at + c.len_utf8();
                    }
                }
                _ => {}
            }
            pieces.texts[last].push(c);
            at += c.len_utf8();
        }
    }
    if deep > 0 {
        Err(SpellError::OpenDeep)
    } else {
        Ok(pieces)
    }
}

/// Length and type of the `: T` that `rest` starts with, up to a `,` or `)`.
fn annotation(rest: &str) -> Option<(usize, &str)> {
    let inner = rest.trim_start().strip_prefix(':')?;
    let end = inner.find([',', ')'])?;
    let ty = inner[..end].trim();
    let plain = !ty.is_empty()
        && ty
            .chars()
            .all(|c| c.is_alphanumeric() || "_.[]".contains(c));
    plain.then(|| (rest.len() - inner.len() + end, ty))
}

/// Whether what stands between these is one of several in parentheses, and nothing else.
fn is_item(before: &str, after: &str) -> bool {
    before.trim_end().ends_with(['(', ',']) && after.trim_start().starts_with([',', ')'])
}

/// Whether what comes next hangs on what is `before`: `f(). ...`, but not `..., ...`.
fn follows_dot(before: &str) -> bool {
    before.trim_end().strip_suffix('.').is_some_and(|object| {
        object
            .trim_end()
            .ends_with(|c: char| c.is_alphanumeric() || "_)]\"'?".contains(c))
    })
}

/// Whether `...` between these is a word of the language: `String... names`, `names ...string`, `f(names...)`,
/// `[...]int{}`.
fn is_variadic(before: &str, after: &str) -> bool {
    let name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let ends_a_type = before.ends_with(|c: char| name(c) || ">])".contains(c));
    if ends_a_type {
        let names_it = after.starts_with(' ') && after.trim_start().starts_with(name);
        return names_it && !before.ends_with(')') || after.starts_with([')', ',']);
    }
    let starts_a_type = |text: &str| text.starts_with(|c: char| name(c) || "*[<".contains(c));
    let length = before.trim_end().ends_with('[') && after.starts_with(']');
    starts_a_type(if length { &after[1..] } else { after })
}

/// Whether `...` in front of this is that of `...rest`.
fn is_spread(after: &str) -> bool {
    after.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$')
}

/// A string in which code stands between braces: its metavariables and ellipses are spelled there.
fn interpolated(string: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut code = false;
    let mut at = 0;
    while let Some(c) = string[at..].chars().next() {
        let rest = &string[at..];
        code = match c {
            '{' => true,
            '}' => false,
            _ => code,
        };
        match metavariable(rest).filter(|(_, _, variadic)| code && !variadic) {
            Some((length, name, _)) => {
                out += METAVARIABLE;
                out += name;
                at += length;
            }
            None if code && rest.starts_with("...") => {
                out += ELLIPSIS;
                at += 3;
            }
            None => {
                out.push(c);
                at += c.len_utf8();
            }
        }
    }
    Cow::Owned(out)
}

/// Whether the statements of a `case` follow.
fn follows_label(before: &str) -> bool {
    let Some(label) = before.trim_end().strip_suffix(':') else {
        return false;
    };
    let start = label.rfind(['{', '}', ';', '\n']).map_or(0, |at| at + 1);
    let label = label[start..].trim_start();
    label.starts_with("case ") || label.trim_end() == "default"
}

/// Whether the name of a module follows: `import a from`, `import a = require(`.
fn names_module(before: &str) -> bool {
    let before = before.trim_end();
    before.ends_with(" from")
        || before.ends_with("= require(") && before.trim_start().starts_with("import")
}

/// What a bracket is where it is none: a tag, its end, the text between two.
const TAG: char = '<';
const END_TAG: char = '/';
const TEXT: char = 't';

/// Spells the start of `rest` where it is part of an element: tags count as brackets. `None` where it is code.
fn markup(rest: &str, pieces: &mut Pieces, open: &mut Vec<usize>) -> Option<usize> {
    let around = open
        .last()
        .and_then(|at| at.checked_sub(1))
        .map_or(' ', |at| pieces.brackets[at]);
    let before = pieces
        .texts
        .last()
        .map_or("", |text| text.trim_end())
        .to_owned();
    let starts_tag = rest.strip_prefix('<').is_some_and(|tag| {
        tag.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$' || c == '>')
    });
    let mut enter = |pieces: &mut Pieces, bracket, instead: bool| {
        if instead {
            open.pop();
        }
        pieces.brackets.push(bracket);
        open.push(pieces.brackets.len());
    };
    let (length, spelled) = match around {
        TAG if rest.starts_with("/>") => {
            open.pop();
            (2, "/>".into())
        }
        TAG if rest.starts_with('>') => {
            enter(pieces, TEXT, true);
            (1, ">".into())
        }
        END_TAG if rest.starts_with('>') => {
            open.pop();
            (1, ">".into())
        }
        TEXT if rest.starts_with("</") => {
            enter(pieces, END_TAG, true);
            (2, "</".into())
        }
        TEXT if rest.starts_with('{') => return None,
        TAG | END_TAG | TEXT => {
            let value = around == TAG && before.ends_with('=');
            let (length, name) = if starts_tag {
                enter(pieces, TAG, false);
                (1, "<".into())
            } else if rest.starts_with("...") {
                (3, ELLIPSIS.to_owned())
            } else if let Some((length, name, variadic)) = metavariable(rest) {
                let prefix = if variadic { VARIADIC } else { METAVARIABLE };
                (length, format!("{prefix}{name}"))
            } else if around == TAG {
                return None;
            } else {
                let c = rest.chars().next()?;
                return Some(pieces.push(c.len_utf8(), &c.to_string()));
            };
            let braced = value && !starts_tag;
            (length, if braced { format!("{{{name}}}") } else { name })
        }
        _ => {
            let operand = before.is_empty()
                || before.ends_with(|c: char| "(,=>?:&|;{}[".contains(c))
                || before.ends_with("return");
            if !starts_tag || !operand {
                return None;
            }
            enter(pieces, TAG, false);
            (1, "<".into())
        }
    };
    Some(pieces.push(length, &spelled))
}

/// Length of the template that `rest` starts with, and how it is spelled: the code in it like all code.
fn template(speller: &Speller, rest: &str) -> Option<(usize, String)> {
    let mut out = String::from("`");
    let mut at = 1;
    // How many braces are open in the code; none in the text.
    let mut code = 0;
    loop {
        let rest = &rest[at..];
        let c = rest.chars().next()?;
        let (length, spelled): (usize, Cow<'_, str>) = match c {
            '`' if code == 0 => return Some((at + 1, out + "`")),
            '\\' => {
                let escaped = rest.chars().nth(1)?.len_utf8();
                (1 + escaped, rest[..1 + escaped].into())
            }
            '$' if code == 0 && rest.starts_with("${") => {
                code = 1;
                (2, "${".into())
            }
            '{' if code > 0 => {
                code += 1;
                (1, "{".into())
            }
            '}' if code > 0 => {
                code -= 1;
                (1, "}".into())
            }
            _ if code == 0 => (c.len_utf8(), rest[..c.len_utf8()].into()),
            '"' | '\'' => {
                let end = literal_end(speller, rest).ok()??;
                (end, rest[..end].into())
            }
            '<' if rest.starts_with("<...") => (4, format!("{DEEP}(").into()),
            '.' if rest.starts_with("...>") => (4, ")".into()),
            '.' if rest.starts_with("...") => (3, ELLIPSIS.into()),
            _ => match metavariable(rest) {
                Some((length, name, true)) => (length, format!("{VARIADIC}{name}").into()),
                Some((length, name, false)) => (length, format!("{METAVARIABLE}{name}").into()),
                None => (c.len_utf8(), rest[..c.len_utf8()].into()),
            },
        };
        out += &spelled;
        at += length;
    }
}

/// Length of the regular expression that `rest` starts with: a slash where an operand is due, and another one
/// in the same line.
fn regular_expression(rest: &str, before: &str) -> Option<usize> {
    let before = before.trim_end();
    let operand = before.is_empty()
        || before.ends_with(|c: char| "(,=:[!&|?{};+".contains(c))
        || before.ends_with("return");
    let inner = rest.strip_prefix('/').filter(|_| operand)?;
    if inner.starts_with(['/', '*', '>']) {
        return None;
    }
    let (mut escaped, mut class) = (false, false);
    for (at, c) in inner.char_indices() {
        match c {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '/' if !class => return Some(at + 2),
            _ => {}
        }
    }
    None
}

/// Length of the string that `rest` starts with, if it does; an error where it has no end.
fn literal_end(speller: &Speller, rest: &str) -> Result<Option<usize>, ()> {
    let quote = match rest.as_bytes().first() {
        Some(b'"') => '"',
        Some(b'\'') if speller.single_quotes => '\'',
        _ if speller
            .raw_quote
            .is_some_and(|quote| rest.starts_with(quote)) =>
        {
            let end = rest[1..].find(&rest[..1]).ok_or(())?;
            return Ok(Some(end + 2));
        }
        _ => return Ok(None),
    };
    let triple = String::from(quote).repeat(3);
    if rest.starts_with(&triple) {
        return rest[3..].find(&triple).map(|end| Some(end + 6)).ok_or(());
    }
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Ok(Some(at + 1)),
            _ => {}
        }
    }
    Err(())
}

/// Length and name of the metavariable that `rest` starts with, and whether it is a `$...X`.
fn metavariable(rest: &str) -> Option<(usize, &str, bool)> {
    let after = rest.strip_prefix('$')?;
    let (name, variadic) = match after.strip_prefix("...") {
        Some(name) => (name, true),
        None => (after, false),
    };
    let length = name
        .find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
        .unwrap_or(name.len());
    let name = &name[..length];
    // `$x` is no metavariable; `$1` is a group of a regular expression, bound by `pattern-regex`.
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some((1 + if variadic { 3 } else { 0 } + length, name, variadic))
}

/// Length, name and type of the typed metavariable `($X: T)` or `(T $X)` that `rest` starts with. After a
/// name it would be a parameter, after `catch` too.
fn typed(speller: &Speller, rest: &str, before: &str) -> Option<(usize, String, String)> {
    let inner = rest.strip_prefix('(')?;
    let end = inner.find(')')?;
    let inner = &inner[..end];
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
        || before.trim_end().ends_with("catch")
    {
        return None;
    }
    let (name, ty) = match speller.typed_separator {
        Some(separator) => inner.split_once(separator)?,
        None => inner
            .rsplit_once(char::is_whitespace)
            .map(|(ty, name)| (name, ty))?,
    };
    let (length, metavariable, variadic) = metavariable(name.trim())?;
    // `($X > $Y)` and `($X * $Y)` are operations.
    let is_operand = speller.typed_separator.is_none()
        && (!ty
            .trim_end()
            .ends_with(|c: char| c.is_alphanumeric() || "_>]".contains(c))
            || ty.matches('<').count() != ty.matches('>').count());
    let plain = !is_operand
        && ty
            .trim()
            .chars()
            .all(|c| c.is_alphanumeric() || "_.<>[]{}*&,?$ ".contains(c));
    (length == name.trim().len() && !variadic && plain && !ty.trim().is_empty())
        .then(|| (end + 2, metavariable.to_owned(), ty.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::lang::Language;

    fn first(language: Language, pattern: &str) -> String {
        language.spell(pattern, false).unwrap()[0]
            .text
            .replace("__hone_", "")
    }

    #[test]
    fn metavariables_become_identifiers_outside_of_strings() {
        assert_eq!(
            first(Language::Python, "f($X, \"$Y\", $1, $...ARGS)"),
            "f(mv_X, \"$Y\", $1, va_ARGS)"
        );
        assert_eq!(first(Language::Python, "<... $X ...>"), "deep( mv_X )");
    }

    #[test]
    fn an_ellipsis_is_a_statement_only_where_one_can_start() {
        assert_eq!(
            first(Language::Java, "if ($C) { ... }"),
            "if (mv_C) { ellipsis; }"
        );
        assert_eq!(first(Language::Java, "int x = ...;"), "int x = ellipsis;");
        assert_eq!(
            first(Language::Java, "f(); ... g();"),
            "f(); ellipsis; g();"
        );
    }

    #[test]
    fn a_metavariable_that_is_a_parameter_has_any_type() {
        assert_eq!(
            first(Language::Java, "$T $F(..., $X, ...) { ... }"),
            "mv_T mv_F(T ellipsis, mv__ mv_X, T ellipsis) { ellipsis; }"
        );
        assert_eq!(first(Language::Java, "f(..., $X)"), "f(ellipsis, mv_X)");
    }

    #[test]
    fn typed_metavariables_move_to_a_side_table() {
        let spelled = &Language::Java
            .spell("(java.io.File $F).delete()", false)
            .unwrap()[0];
        assert_eq!(spelled.text, "(__hone_mv_F).delete()");
        assert_eq!(spelled.types, [("F".to_owned(), "java.io.File".to_owned())]);
        assert!(
            Language::Java
                .spell("void f(String $X) { }", false)
                .unwrap()[0]
                .types
                .is_empty()
        );
    }
}
