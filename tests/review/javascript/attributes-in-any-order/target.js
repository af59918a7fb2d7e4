// ruleid: attributes-in-any-order
a = <div id="x" dangerouslySetInnerHTML={{ __html: q }} />;
// ruleid: attributes-in-any-order
b = <div dangerouslySetInnerHTML={html}></div>;
// ok: attributes-in-any-order
c = <div id="x" />;
