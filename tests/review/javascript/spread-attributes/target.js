// ruleid: spread-attributes
a = <Row {...props} />;
// ruleid: spread-attributes
b = <Row id="1" {...props} />;
// ok: spread-attributes
c = <Row id="1" />;
