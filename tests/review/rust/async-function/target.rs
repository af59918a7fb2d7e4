// ruleid: async-function
async fn a() { }
// ok: async-function
fn b() { }
