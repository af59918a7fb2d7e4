class A {
    static final String NAME = "DES";
    static String other = "DES";
    void f() {
        // ruleid: constants-of-fields
        Cipher.getInstance("DES");
        // ruleid: constants-of-fields
        Cipher.getInstance(NAME);
        // ok: constants-of-fields
        Cipher.getInstance(other);
        String local = "DES";
        // ruleid: constants-of-fields
        Cipher.getInstance(local);
    }
}
