fn loops(mut xs: Vec<u8>) -> u8 {
    while let Some(x) = xs.pop() {
        if x == 1 {
            continue;
        }
    }
    let found = 'outer: loop {
        for x in &xs {
            break 'outer x;
        }
    };
    found
}
