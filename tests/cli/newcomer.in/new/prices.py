def is_listed(order):
    return order.price is "listed"
