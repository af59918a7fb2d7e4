fn f(a: u8) {
    // ruleid: macro
    println!("{}", a);
    // ruleid: macro
    println!();
    // ok: macro
    eprintln!("{}", a);
}
