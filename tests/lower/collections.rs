fn collections(n: u8) -> Vec<u8> {
    let pair = (n, 1);
    let array = [pair.0, 2];
    let slice = &array[1..];
    vec![slice[0] as u8, unsafe { read(n) }]
}
