import java.util.*;
class A {
    // ruleid: wildcard-import
    Object a = Arrays.asList(1);
}
