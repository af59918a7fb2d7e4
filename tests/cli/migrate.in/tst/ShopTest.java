package shop;

class Shop {
    boolean isOpen(String state) {
        return state == "open";
    }

    boolean isClosed(String state) {
        return state == "closed";
    }

    boolean isNew(String state) {
        return state == "new";
    }
}
