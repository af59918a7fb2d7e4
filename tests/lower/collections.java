class Collections {
    Object all(int n) {
        int[] a = {1, n};
        String[] b = new String[] {"x"};
        int[][] c = new int[n][2];
        return (Object) c[a[0]];
    }
}
