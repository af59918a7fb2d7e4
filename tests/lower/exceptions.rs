fn read(path: &str) -> Result<String, Error> {
    let file = File::open(path)?;
    let text = file.read()?.trim().to_owned();
    Ok(text)
}
