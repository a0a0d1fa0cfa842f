package fcvm.provision;

import fcvm.linux.Arch;
import fcvm.provision.tar.TarWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The image `localhost/busybox:latest`, made of Debian's static busybox, as a [PodmanStore].
final class BusyboxImage {
  static final String NAME = "localhost/busybox:latest";

  /// Nothing about the image may depend on the day it was built.
  private static final String CREATED = "2025-01-01T00:00:00Z";

  private static final String PASSWD =
      "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n";
  private static final String GROUP = "root:x:0:\nnogroup:x:65534:\n";
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

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
    byte[] manifest =
        manifest(Sha256.of(config), config.length, diffId, layer.length)
            .getBytes(StandardCharsets.UTF_8);
    PodmanStore.Layer only =
        new PodmanStore.Layer(diffId, diffId, layer.length, diffId, layer.length);
    new PodmanStore(manifest, config, List.of(NAME), CREATED, List.of(only))
        .write(sink(tree, store));
    files(tree, store + "/" + PodmanStore.diff(diffId));
  }

  private static PodmanStore.Sink sink(TreeWriter tree, String store) {
    return new PodmanStore.Sink() {
      @Override
      public void file(String path, int mode, byte[] content) throws IOException {
        tree.file(store + "/" + path, mode, content);
      }

      @Override
      public void link(String path, String target) throws IOException {
        tree.link(store + "/" + path, target);
      }
    };
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
