package fcvm.provision;

import fcvm.linux.Arch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The image `localhost/busybox:latest`, made of Debian's static busybox, as a read-only image
/// store of the overlay driver: what Podman calls an additional image store.
///
/// The layout is containers/storage's: `overlay/ID/diff` has the layer's files, `overlay/l/LINK` a
/// short name for them, `overlay-layers/layers.json` and `overlay-images/images.json` the indexes,
/// `overlay-images/ID/` the manifest and the configuration under their names in base64.
final class BusyboxImage {
  static final String NAME = "localhost/busybox:latest";

  /// Nothing about the image may depend on the day it was built.
  private static final String CREATED = "2025-01-01T00:00:00Z";

  private static final String PASSWD =
      "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n";
  private static final String GROUP = "root:x:0:\nnogroup:x:65534:\n";
  private static final String EMPTY_SHA256 = Sha256.of(new byte[0]);
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final int LINK_LENGTH = 26;

  private final Arch arch;
  private final byte[] busybox;
  private final List<String> applets;

  /// @param busybox the program
  /// @param applets names that it answers to
  BusyboxImage(Arch arch, byte[] busybox, List<String> applets) {
    this.arch = arch;
    this.busybox = busybox.clone();
    this.applets = List.copyOf(applets);
  }

  /// Writes the store under a path of the tree.
  void write(TreeWriter tree, String store) throws IOException {
    byte[] layer = layer();
    String diffId = Sha256.of(layer);
    byte[] config = config(diffId).getBytes(StandardCharsets.UTF_8);
    String imageId = Sha256.of(config);
    byte[] manifest =
        manifest(imageId, config.length, diffId, layer.length).getBytes(StandardCharsets.UTF_8);
    writeLayer(tree, store, diffId, layer.length);
    writeImage(tree, store + "/overlay-images", imageId, config, manifest, diffId);
    for (String lock : List.of("storage.lock", "userns.lock")) {
      tree.file(store + "/" + lock, "");
    }
  }

  private void writeLayer(TreeWriter tree, String store, String id, long size) throws IOException {
    String link = id.substring(0, LINK_LENGTH).toUpperCase(Locale.ROOT);
    String layer = store + "/overlay/" + id;
    tree.file(layer + "/link", 0644, link.getBytes(StandardCharsets.US_ASCII));
    tree.link(store + "/overlay/l/" + link, "../" + id + "/diff");
    files(tree, layer + "/diff");
    tree.file(store + "/overlay-layers/layers.lock", "");
    tree.file(
        store + "/overlay-layers/layers.json",
        """
        [{"id":"%1$s","created":"%2$s","compressed-diff-digest":"sha256:%1$s",\
        "compressed-size":%3$d,"diff-digest":"sha256:%1$s","diff-size":%3$d,\
        "uidset":[0],"gidset":[0]}]\
        """
            .formatted(id, CREATED, size));
  }

  private static void writeImage(
      TreeWriter tree, String images, String id, byte[] config, byte[] manifest, String layer)
      throws IOException {
    String digest = Sha256.of(manifest);
    Map<String, byte[]> data = new LinkedHashMap<>();
    data.put("sha256:" + id, config);
    data.put("manifest-sha256:" + digest, manifest);
    data.put("manifest", manifest);
    data.put("signature-" + digest, new byte[0]);
    for (Map.Entry<String, byte[]> item : data.entrySet()) {
      tree.file(images + "/" + id + "/" + fileName(item.getKey()), 0600, item.getValue());
    }
    tree.file(images + "/images.lock", "");
    tree.file(
        images + "/images.json",
        """
        [{"id":"%s","digest":"sha256:%s","names":["%s"],"names-history":["%s"],"layer":"%s",\
        "metadata":"{\\"signatures-sizes\\":{\\"sha256:%s\\":[]}}","big-data-names":[%s],\
        "big-data-sizes":{%s},"big-data-digests":{%s},"created":"%s"}]\
        """
            .formatted(
                id,
                digest,
                NAME,
                NAME,
                layer,
                digest,
                data.keySet().stream().map(BusyboxImage::quoted).collect(Collectors.joining(",")),
                data.entrySet().stream()
                    .map(item -> quoted(item.getKey()) + ":" + item.getValue().length)
                    .collect(Collectors.joining(",")),
                data.entrySet().stream()
                    .map(item -> quoted(item.getKey()) + ":" + quoted(digest(item.getValue())))
                    .collect(Collectors.joining(",")),
                CREATED));
  }

  private static String digest(byte[] bytes) {
    return "sha256:" + (bytes.length == 0 ? EMPTY_SHA256 : Sha256.of(bytes));
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  /// containers/storage: names that are not plain go to base64 behind an equals sign.
  private static String fileName(String name) {
    return name.equals("manifest")
        ? name
        : "=" + Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  /// The layer as a tar, which only its digest and size are needed of.
  private byte[] layer() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(out)) {
      files(new TreeWriter(tar), "");
    }
    return out.toByteArray();
  }

  private void files(TreeWriter tree, String root) throws IOException {
    String prefix = root.isEmpty() ? "" : root + "/";
    tree.file(prefix + "bin/busybox", 0755, busybox);
    for (String applet : applets) {
      if (!applet.equals("busybox")) {
        tree.link(prefix + "bin/" + applet, "busybox");
      }
    }
    tree.file(prefix + "etc/passwd", PASSWD).file(prefix + "etc/group", GROUP);
    for (String dir : List.of("dev", "home", "proc", "root", "run", "sys", "usr", "var")) {
      tree.directory(prefix + dir);
    }
    tree.directory(prefix + "tmp", 01777).directory(prefix + "var/tmp", 01777);
    for (String merged : List.of("usr/bin", "sbin", "usr/sbin")) {
      String up = merged.startsWith("usr/") ? "../bin" : "bin";
      tree.link(prefix + merged, up);
    }
  }

  private String config(String diffId) {
    return """
    {"created":"%s","architecture":"%s","os":"linux","config":{"Env":["%s"],"Cmd":["sh"]},\
    "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},\
    "history":[{"created":"%s","created_by":"fcvm setup","comment":"Debian's busybox-static"}]}\
    """
        .formatted(CREATED, arch.debianName(), PATH, diffId, CREATED);
  }

  private static String manifest(String imageId, int configSize, String diffId, int layerSize) {
    return """
    {"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json",\
    "digest":"sha256:%s","size":%d},"layers":[{"mediaType":\
    "application/vnd.oci.image.layer.v1.tar","digest":"sha256:%s","size":%d}]}\
    """
        .formatted(imageId, configSize, diffId, layerSize);
  }
}
