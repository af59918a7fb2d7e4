use std::collections::HashMap;

struct Table {
    rows: HashMap<String, u64>,
}

impl Table {
    fn parse(text: &str) -> Table {
        let mut rows = HashMap::new();
        for line in text.lines() {
            let (key, value) = line.split_once('=').unwrap();
            rows.insert(key.to_owned(), value.trim().parse().expect("a number"));
        }
        Table { rows }
    }

    fn total(&self) -> u64 {
        self.rows.values().sum()
    }

    fn report(&self) -> String {
        let mut lines: Vec<_> = self.rows.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        lines.sort();
        lines.join("\n")
    }
}
