//! Source that a test profile names: read and shown by the report, never built.

use regex::Regex;

fn count(lines: &[String]) -> usize {
    let mut total = 0;
    for line in lines {
        let number = Regex::new(r"\d+").unwrap();
        total += number.find_iter(line).count();
    }
    total
}

fn price(items: &[u64]) -> u64 {
    let mut sum = 0;
    for item in items {
        sum += item * 3;
    }
    sum
}

fn main() {
    let lines = vec!["a 1 </script><img src=x>".to_owned()];
    println!("{} {}", count(&lines), price(&[1, 2, 3]));
}
