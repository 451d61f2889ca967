//! Content hashes, compressed copies, and the manifest, which maps plain names to hashed ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    path::Path,
};

use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

use crate::run::{Outcome, read, write};

pub(crate) struct Asset {
    /// The plain name, which the code uses: `mintkey.css`.
    pub(crate) logical: String,
    hashed: String,
    content: Vec<u8>,
}

/// The result of [`write_site`].
pub(crate) struct Written {
    /// Whether any file changed.
    pub(crate) changed: bool,
    /// Name, size and transferred size, in bytes.
    sizes: Vec<(String, usize, usize)>,
}

impl Asset {
    /// A file with the hash of its content in its name: `icons.svg` becomes `icons-0123456789ab.svg`.
    pub(crate) fn named(logical: &str, content: Vec<u8>) -> Self {
        let (stem, extension) = logical.split_once('.').unwrap_or((logical, ""));
        let hashed = format!("{stem}-{}.{extension}", hash(&[&content]));
        Self { logical: logical.to_owned(), hashed, content }
    }

    /// Two files with a common stem, which contains the hash of both.
    pub(crate) fn pair(files: [(&str, Vec<u8>); 2], stem: &str) -> [Self; 2] {
        let hash = hash(&[&files[0].1, &files[1].1]);
        files.map(|(logical, content)| {
            let hashed = logical.replacen(stem, &format!("{stem}-{hash}"), 1);
            Self { logical: logical.to_owned(), hashed, content }
        })
    }
}

impl Written {
    /// The transferred size of all files, in bytes.
    pub(crate) fn total(&self) -> usize {
        self.sizes.iter().map(|(_, _, wire)| wire).sum()
    }

    /// Prints a table of the sizes.
    pub(crate) fn print(&self) {
        println!("{:40} {:>10} {:>10}", "file", "bytes", "brotli");
        for (name, raw, wire) in &self.sizes {
            println!("{name:40} {raw:>10} {wire:>10}");
        }
        println!("{:40} {:>10} {:>10}", "all", "", self.total());
    }
}

/// The first 12 hexadecimal digits of the SHA-256 of all parts.
pub(crate) fn hash(parts: &[&[u8]]) -> String {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part);
    }
    let mut first = [0; 8];
    first[2..].copy_from_slice(&sha.finalize()[..6]);
    format!("{:012x}", u64::from_be_bytes(first))
}

/// Writes new files, and removes files that are no longer part of the site.
pub(crate) fn write_site(site: &Path, assets: &[Asset]) -> Outcome<Written> {
    let folder = site.join("assets");
    let mut written = Written { changed: false, sizes: Vec::new() };
    let mut keep = BTreeSet::new();
    for asset in assets {
        let path = folder.join(&asset.hashed);
        let (brotli_name, gzip_name) = (format!("{}.br", asset.hashed), format!("{}.gz", asset.hashed));
        let compressible = compressible(&asset.hashed);
        // Names identify contents, so existing files are complete: the plain file is written after its copies.
        if !path.exists() {
            written.changed = true;
            if compressible {
                write(&folder.join(&brotli_name), &brotli(&asset.content)?)?;
                write(&folder.join(&gzip_name), &gzip(&asset.content)?)?;
            }
            write(&path, &asset.content)?;
        }
        let wire = if compressible { read(&folder.join(&brotli_name))?.len() } else { asset.content.len() };
        written.sizes.push((asset.hashed.clone(), asset.content.len(), wire));
        keep.insert(asset.hashed.clone());
        if compressible {
            keep.extend([brotli_name, gzip_name]);
        }
    }
    remove_others(&folder, &keep)?;

    let names: BTreeMap<_, _> = assets.iter().map(|asset| (&asset.logical, &asset.hashed)).collect();
    let manifest = serde_json::to_vec_pretty(&names).map_err(|error| error.to_string())?;
    let path = site.join("manifest.json");
    // Cargo compares modification times, so an unchanged manifest isn't rewritten.
    if fs::read(&path).ok().as_ref() != Some(&manifest) {
        written.changed = true;
        write(&path, &manifest)?;
    }
    Ok(written)
}

fn compressible(name: &str) -> bool {
    [".css", ".js", ".svg", ".wasm", ".txt", ".json"].iter().any(|end| name.ends_with(end))
}

fn remove_others(folder: &Path, keep: &BTreeSet<String>) -> Outcome {
    let entries = fs::read_dir(folder).map_err(|error| format!("can't list {}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        if !keep.contains(entry.file_name().to_string_lossy().as_ref()) {
            fs::remove_file(entry.path())
                .map_err(|error| format!("can't remove {}: {error}", entry.path().display()))?;
        }
    }
    Ok(())
}

fn brotli(content: &[u8]) -> Outcome<Vec<u8>> {
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: content.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut out, &parameters).map_err(|error| format!("brotli: {error}"))?;
    Ok(out)
}

fn gzip(content: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).and_then(|()| encoder.finish()).map_err(|error| format!("gzip: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_content() {
        let asset = Asset::named("icons.svg", b"<svg/>".to_vec());
        assert_eq!(asset.hashed.len(), "icons-0123456789ab.svg".len());
        assert_ne!(asset.hashed, Asset::named("icons.svg", b"<svg />".to_vec()).hashed);
    }

    #[test]
    fn script_and_wasm_share_the_stem_that_leptos_expects() {
        let [js, wasm] = Asset::pair([("mintkey.js", vec![1]), ("mintkey_bg.wasm", vec![2])], "mintkey");
        let stem = js.hashed.strip_suffix(".js").unwrap();
        assert_eq!(wasm.hashed, format!("{stem}_bg.wasm"));
    }

    #[test]
    fn a_second_run_changes_nothing_and_old_files_go() {
        let site = tempfile::tempdir().unwrap();
        let first = [Asset::named("a.css", b"a{}".repeat(99)), Asset::named("b.png", vec![7; 99])];
        assert!(write_site(site.path(), &first).unwrap().changed);
        assert!(!write_site(site.path(), &first).unwrap().changed);
        let second = [Asset::named("a.css", b"b{}".repeat(99))];
        assert!(write_site(site.path(), &second).unwrap().changed);
        assert_eq!(fs::read_dir(site.path().join("assets")).unwrap().count(), 3);
    }
}
