use std::fs::read as load;

mod inner {
    fn helper() -> u8 {
        1
    }
}

impl Shop {
    const COUNT: u8 = 1;

    fn new(name: &str) -> Self {
        Shop { name, ..Self::default() }
    }

    fn label(&mut self, (a, b): (u8, u8)) -> String {
        self.count += a;
        let add = |c: u8| c + b;
        println!("{}", add(a));
        format!("{}{a:?} {}", self.name, load("x"))
    }
}
