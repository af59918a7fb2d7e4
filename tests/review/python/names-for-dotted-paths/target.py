def handle(request):
    text = request.body
    if text:
        # ruleid: names-for-dotted-paths
        run(text)
    text = "safe"
    # ok: names-for-dotted-paths
    run(text)
