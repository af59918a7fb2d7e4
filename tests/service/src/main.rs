//! A small order pricing service: what the tour of the profiler starts, profiles and reviews.
//!
//! Its faults are deliberate, and each is one that services have: work repeated for every request, a lock
//! held around slow work, unbuffered writes, results that nobody looks at. Do not fix them and do not copy
//! them. It serves a line protocol on a local port and makes its own load:
//!
//! ```text
//! QUOTE <email> <sku>=<quantity>,...   →   OK <cents> <lines> <receipt number>   or   ERR <reason>
//! ```
//!
//! `service --secs 20` prints `READY <pid>` and ends after 20 seconds; `--agent cpu.pb.gz` profiles itself.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::iter_over_hash_type
)]

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use profiler::agent;
use profiler::output::Output;
use regex::Regex;

/// Connections that the built-in load keeps open.
const CLIENTS: u64 = 3;
/// Articles in the catalogue.
const ARTICLES: u64 = 120;

/// What everybody shares.
struct Shop {
    catalogue: HashMap<String, Article>,
    journal: Mutex<Journal>,
    served: AtomicU64,
    stop: AtomicBool,
}

/// Something for sale.
#[derive(Clone)]
struct Article {
    name: String,
    cents: u64,
    tags: Vec<String>,
}

/// Every quote is written down, with a checksum over the last ones.
struct Journal {
    file: File,
    recent: Vec<String>,
    number: u64,
}

/// One line of an order.
struct Line {
    sku: String,
    quantity: u32,
}

impl Shop {
    fn open(journal: File) -> Shop {
        let article = |number| Article {
            name: format!("Article number {number}"),
            cents: 100 + number * 37 % 900,
            tags: vec!["stock".to_string(), format!("shelf-{}", number % 12)],
        };
        Shop {
            catalogue: (0..ARTICLES)
                .map(|number| (format!("SKU-{number:05}"), article(number)))
                .collect(),
            journal: Mutex::new(Journal {
                file: journal,
                recent: Vec::new(),
                number: 0,
            }),
            served: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        }
    }

    /// Answers one request.
    fn answer(&self, request: &str) -> Result<String, String> {
        let mut words = request.split(' ');
        if words.next() != Some("QUOTE") {
            return Err("unknown command".to_string());
        }
        let email = words.next().ok_or("no email")?;
        if !valid_email(email) {
            return Err("not an email address".to_string());
        }
        let order = parse_order(words.next().ok_or("no order")?);
        let cents = self.price(&order)?;
        let receipt = self.receipt(email, &order);
        let number = self.record(email, cents, &receipt);
        Ok(format!("{cents} {} {number}", order.len()))
    }

    /// Sums up an order. Fault: copies the whole catalogue to apply the discounts of the day.
    fn price(&self, order: &[Line]) -> Result<u64, String> {
        let mut today = self.catalogue.clone();
        for article in today.values_mut() {
            if article.tags.contains(&"shelf-7".to_string()) {
                article.cents = article.cents * 9 / 10;
            }
        }
        let mut cents = 0;
        for line in order {
            let article = today
                .get(&line.sku)
                .ok_or_else(|| format!("no article {}", line.sku))?;
            cents += article.cents * u64::from(line.quantity);
        }
        Ok(cents)
    }

    /// The text of a receipt. Fault: every line copies all lines before it.
    fn receipt(&self, email: &str, order: &[Line]) -> String {
        let mut text = format!("Receipt for {email}\n");
        for line in order {
            let article = self.catalogue.get(&line.sku).cloned();
            let name = article.map(|article| article.name).unwrap_or_default();
            text = format!("{text}{:>4} x {:<30} {}\n", line.quantity, name, line.sku);
        }
        text
    }

    /// Writes a quote down. Faults: the lock is held around the checksum and the writes, each of which is a
    /// system call of its own, and whose errors go unseen.
    fn record(&self, email: &str, cents: u64, receipt: &str) -> u64 {
        let mut journal = self.journal.lock().unwrap();
        journal.number += 1;
        let number = journal.number;
        journal.recent.push(receipt.to_string());
        if journal.recent.len() > 40 {
            journal.recent.remove(0);
        }
        let sum = checksum(&journal.recent);
        let _ = write!(journal.file, "{number}");
        let _ = write!(journal.file, " {email}");
        let _ = write!(journal.file, " {cents}");
        let _ = write!(journal.file, " {sum:016x}");
        let _ = writeln!(journal.file);
        if number.is_multiple_of(5_000) {
            // Gives the disk time to catch up, while everybody waits for the lock.
            thread::sleep(Duration::from_millis(5));
        }
        number
    }
}

/// Fault: compiles the expression for every request.
fn valid_email(text: &str) -> bool {
    let email = Regex::new(r"^[a-z0-9._+-]{1,32}@[a-z0-9-]{1,32}\.[a-z]{2,8}$").unwrap();
    email.is_match(text)
}

/// Fault: a quantity that is no number ends the thread that serves the connection.
fn parse_order(text: &str) -> Vec<Line> {
    let line = |item: &str| {
        let (sku, quantity) = item.split_once('=').unwrap();
        Line {
            sku: sku.to_string(),
            quantity: quantity.parse().unwrap(),
        }
    };
    text.split(',').map(line).collect()
}

/// A rolling checksum over the receipts.
fn checksum(receipts: &[String]) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    for byte in receipts.iter().flat_map(|receipt| receipt.bytes()) {
        sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    sum
}

/// Serves one connection. Fault: the answer goes out in small pieces.
fn serve(shop: &Shop, stream: TcpStream) {
    let mut answers = stream.try_clone().unwrap();
    for request in BufReader::new(stream).lines() {
        let Ok(request) = request else { return };
        let answer = shop.answer(&request);
        let (status, text) = match &answer {
            Ok(text) => ("OK", text),
            Err(reason) => ("ERR", reason),
        };
        let _ = answers.write_all(status.as_bytes());
        let _ = answers.write_all(b" ");
        let _ = answers.write_all(text.as_bytes());
        let _ = answers.write_all(b"\n");
        shop.served.fetch_add(1, Ordering::Relaxed);
    }
}

/// Accepts connections until the shop closes. Fault: the last connection is leaked instead of closed.
fn accept(shop: &Arc<Shop>, listener: &TcpListener) {
    for connection in listener.incoming() {
        let Ok(stream) = connection else { continue };
        if shop.stop.load(Ordering::Relaxed) {
            std::mem::forget(stream);
            return;
        }
        stream.set_nodelay(true).unwrap();
        let shop = Arc::clone(shop);
        thread::Builder::new()
            .name("worker".to_string())
            .spawn(move || serve(&shop, stream))
            .unwrap();
    }
}

/// One client: sends orders as fast as they are answered.
fn load(shop: &Shop, port: u16, client: u64) -> std::io::Result<()> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let mut requests = stream;
    let mut answer = String::new();
    let mut seed = client * 7_919 + 1;
    while !shop.stop.load(Ordering::Relaxed) {
        let items: Vec<String> = (0..12)
            .map(|_| {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                format!(
                    "SKU-{:05}={}",
                    (seed >> 33) % ARTICLES,
                    1 + (seed >> 40) % 9
                )
            })
            .collect();
        requests.write_all(
            format!("QUOTE client{client}@example.com {}\n", items.join(",")).as_bytes(),
        )?;
        answer.clear();
        answers.read_line(&mut answer)?;
        assert!(answer.starts_with("OK "), "{answer}");
    }
    Ok(())
}

/// Serves for `secs` seconds and returns how many requests were answered.
fn run(secs: u64) -> std::io::Result<u64> {
    let journal = std::env::temp_dir().join(format!("orders-{}.log", std::process::id()));
    let shop = Arc::new(Shop::open(File::create(&journal)?));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let acceptor = {
        let shop = Arc::clone(&shop);
        thread::Builder::new()
            .name("accept".to_string())
            .spawn(move || accept(&shop, &listener))?
    };
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let shop = Arc::clone(&shop);
            thread::Builder::new()
                .name("client".to_string())
                .spawn(move || load(&shop, port, client))
        })
        .collect::<Result<_, _>>()?;
    println!("READY {}", std::process::id());
    let end = Instant::now() + Duration::from_secs(secs);
    thread::sleep(end.saturating_duration_since(Instant::now()));
    shop.stop.store(true, Ordering::Relaxed);
    for client in clients {
        let _ = client.join();
    }
    // Wakes the acceptor, which is waiting for a connection.
    let _ = TcpStream::connect(("127.0.0.1", port));
    let _ = acceptor.join();
    std::fs::remove_file(journal)?;
    Ok(shop.served.load(Ordering::Relaxed))
}

/// The value that follows `name` on the command line.
fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|arg| arg != name).nth(1)
}

fn main() -> ExitCode {
    let secs = option("--secs").map_or(20, |text| text.parse().unwrap());
    let agent = option("--agent").map(|file| {
        agent::start(agent::Options {
            outputs: vec![Output::parse(&file).0],
            ..agent::Options::default()
        })
    });
    let served = match run(secs) {
        Ok(served) => served,
        Err(error) => {
            eprintln!("service: {error}");
            return ExitCode::FAILURE;
        }
    };
    let profiled = agent.map_or(Ok(()), |agent| {
        agent.and_then(|agent| agent.stop()).map(drop)
    });
    eprintln!("served {served} requests");
    profiled.map_or_else(
        |error| {
            eprintln!("service: {error}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}
