// ruleid: attributes-as-written
a = <View kind="a" />;
// ok: attributes-as-written
b = <View kind="a" id="b" />;
// ok: attributes-as-written
c = <View />;
