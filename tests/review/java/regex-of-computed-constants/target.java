class C {
    void g(String given) {
        // ruleid: regex-of-computed-constants
        MessageDigest.getInstance("MD" + 5);
        // ruleid: regex-of-computed-constants
        MessageDigest.getInstance("md5".toUpperCase());
        MessageDigest.getInstance("MD" + 4);
        MessageDigest.getInstance("MD" + given);
        MessageDigest.getInstance(given + "MD5");
    }
}
