class Exceptions {
    String read(String path) throws Exception {
        while (true) {
            try (Reader in = open(path); Reader other = open("b")) {
                if (in == null) break;
                return in.text();
            } catch (IllegalStateException | RuntimeException e) {
                log(e);
                continue;
            } finally {
                done();
            }
        }
        synchronized (this) {
            throw new Exception("message");
        }
    }
}
