//! The words of a file, each once.

use rustc_hash::FxHashMap;

use crate::flow::facts::Word;

/// Names and keys, numbered as they come up.
#[derive(Debug, Default)]
pub(crate) struct Words {
    list: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, Word>,
}

impl Words {
    /// The number of a word.
    pub(crate) fn word(&mut self, text: &str) -> Word {
        if let Some(&word) = self.numbers.get(text) {
            return word;
        }
        let word = Word(self.list.len() as u32);
        self.list.push(text.into());
        self.numbers.insert(text.into(), word);
        word
    }

    /// The text of a word.
    pub(crate) fn text(&self, word: Word) -> &str {
        &self.list[word.0 as usize]
    }

    /// All of them.
    pub(crate) fn into_list(self) -> Vec<Box<str>> {
        self.list
    }
}
