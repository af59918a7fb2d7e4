class Shop {
    boolean open(String state) {
        return state == "open";
    }
}
