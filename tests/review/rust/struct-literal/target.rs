fn f() {
    // ruleid: struct-literal
    let a = Config { debug: true };
    // ruleid: struct-literal
    let b = Config { x: 1, debug: true, y: 2 };
    // ok: struct-literal
    let c = Config { debug: false };
}
