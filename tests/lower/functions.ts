import { exec as run } from "child_process";
const fs = require("fs");

class Shop extends Base {
  #prices = [1];
  static count = 0;

  constructor(private readonly name: string, size?: number) {
    super(name);
  }

  label = async (suffix = "x") => {
    await run(this.name + suffix);
  };

  *all(): Generator<number> {
    yield* this.#prices;
    yield 1;
  }
}

const twice = (x: number) => plain(plain(x));

function plain(value: number, ...rest: number[]): number {
  let total = value as number;
  rest.forEach((one) => {
    total += one;
  });
  return total!;
}

export default new Shop("a").label("b").then((c) => fs.write(c));
