// ruleid: types-of-parameters
function a(req: Request) { go(req); }
// ruleid: types-of-parameters
function b(req: Request): void { go(req); }
// ok: types-of-parameters
function c(req: Response) { go(req); }
// ok: types-of-parameters
function d(req) { go(req); }
