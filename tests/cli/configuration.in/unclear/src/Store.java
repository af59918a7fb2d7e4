import java.security.MessageDigest;
import java.util.Properties;

class Store {
    byte[] digest(byte[] data) throws Exception {
        Properties settings = new Properties();
        settings.load(Store.class.getResourceAsStream("store.properties"));
        String algorithm = settings.getProperty("backup.algorithm", "SHA-512");
        return MessageDigest.getInstance(algorithm).digest(data);
    }
}
