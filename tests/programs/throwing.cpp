// Templates in namespaces, and an exception for each piece of work: thrown below a template, caught above it.
#include "split.h"

#include <stdexcept>

namespace shop {

struct Tea {};
struct Book {};

template <class Item> struct Order {
  APART uint64_t price(uint64_t rounds) {
    uint64_t seed = 88172645463325252u;
    for (uint64_t i = 0; i < rounds; i++) {
      seed ^= seed << (sizeof(Item) + 12);
      seed ^= seed >> 7;
      seed ^= seed << 17;
    }
    return seed;
  }

  APART void place(int kind, uint64_t rounds) {
    uint64_t start = thread_cpu();
    sink = price(rounds);
    add(kind, start);
    if (sink != 0) throw std::runtime_error("sold out");
  }
};

template <class Item> APART void serve(int kind, uint64_t rounds) {
  try {
    Order<Item>().place(kind, rounds);
  } catch (const std::runtime_error &error) {
    sink = sink + (uint64_t)error.what()[0];
  }
}

} // namespace shop

int main(int count, char **arguments) {
  begin(count, arguments);
  while (!done()) {
    shop::serve<shop::Tea>(HEAVY, 700000);
    shop::serve<shop::Book>(LIGHT, 300000);
  }
  finish_as("shop::Order<shop::Tea>::price", "shop::Order<shop::Book>::price");
}
