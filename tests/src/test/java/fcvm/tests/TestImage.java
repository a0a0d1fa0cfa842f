package fcvm.tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import fcvm.linux.Arch;
import fcvm.provision.Dirs;
import fcvm.provision.Progress;
import fcvm.provision.Provision;
import fcvm.provision.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/// A small image of two layers in an OCI layout: the upper layer changes a file of a directory that
/// it has no entry of, and removes another file.
///
/// @param layout directory of the layout, where the image is called `app`, and `list` a list of it
///   and of one for amd64 with the same layers
/// @param digest of its manifest
/// @param id the digits of its configuration's digest; it is for arm64
/// @param amd64Id the same of the image for amd64
/// @param layer the digits of the lower layer's digest, of [#LAYER_BYTES] or more
record TestImage(Path layout, String digest, String id, String amd64Id, String layer) {
  /// What does not get smaller by compression.
  static final int LAYER_BYTES = 600_000;

  /// The store of images of this computer.
  static Path store() throws IOException {
    return Dirs.ofProcess().data().resolve("images");
  }

  static TestImage write(Path layout, String message) throws Exception {
    Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Path work = Files.createDirectory(layout.resolveSibling("layers"));
    byte[] lower = Files.readAllBytes(lower(work));
    byte[] upper = Files.readAllBytes(upper(work, message));
    String lowerId = put(blobs, gzip(lower));
    String upperId = put(blobs, gzip(upper));
    String layers =
        descriptor(blobs, "layer.v1.tar+gzip", lowerId, "")
            + ","
            + descriptor(blobs, "layer.v1.tar+gzip", upperId, "");
    String id = config(blobs, "arm64", lower, upper);
    String digest = manifest(blobs, id, layers);
    String amd64Id = config(blobs, "amd64", lower, upper);
    String list =
        list(
            descriptor(blobs, "manifest.v1+json", digest, platform("arm64")),
            descriptor(
                blobs, "manifest.v1+json", manifest(blobs, amd64Id, layers), platform("amd64")));
    Files.writeString(
        layout.resolve("index.json"),
        list(
            descriptor(blobs, "manifest.v1+json", digest, name("app")),
            descriptor(blobs, "index.v1+json", put(blobs, list.getBytes(UTF_8)), name("list"))));
    return new TestImage(layout, "sha256:" + digest, id, amd64Id, lowerId);
  }

  private static String config(Path blobs, String arch, byte[] lower, byte[] upper)
      throws IOException {
    String config =
        """
        {"architecture":"%s","os":"linux","created":"2024-01-02T03:04:05Z",\
        "config":{"Env":["PATH=/bin","VALUE=from the configuration"],"Cmd":["sh"]},\
        "rootfs":{"type":"layers","diff_ids":["sha256:%s","sha256:%s"]}}\
        """
            .formatted(arch, Sha256.of(lower), Sha256.of(upper));
    return put(blobs, config.getBytes(UTF_8));
  }

  private static String manifest(Path blobs, String config, String layers) throws IOException {
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "config":%s,"layers":[%s]}\
        """
            .formatted(descriptor(blobs, "config.v1+json", config, ""), layers);
    return put(blobs, manifest.getBytes(UTF_8));
  }

  private static String list(String... descriptors) {
    return """
    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",\
    "manifests":[%s]}\
    """
        .formatted(String.join(",", descriptors));
  }

  private static String platform(String arch) {
    return ",\"platform\":{\"architecture\":\"%s\",\"os\":\"linux\"}".formatted(arch);
  }

  private static String name(String name) {
    return ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}".formatted(name);
  }

  // more: further members, each after a comma
  private static String descriptor(Path blobs, String type, String digest, String more)
      throws IOException {
    return "{\"mediaType\":\"application/vnd.oci.image.%s\",\"digest\":\"sha256:%s\",\"size\":%d%s}"
        .formatted(type, digest, Files.size(blobs.resolve(digest)), more);
  }

  private static Path lower(Path work) throws Exception {
    Path root = Files.createDirectories(work.resolve("lower"));
    Path bin = Files.createDirectory(root.resolve("bin"));
    Provision provision = new Provision(Dirs.ofProcess(), Progress.SILENT);
    Path busybox = provision.packages(Arch.ARM64, List.of("busybox-static"));
    Files.copy(busybox.resolve("usr/bin/busybox"), bin.resolve("busybox"));
    for (String applet : List.of("sh", "cat", "ls", "stat", "true")) {
      Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
    }
    Path etc = Files.createDirectory(root.resolve("etc"));
    Files.setPosixFilePermissions(etc, PosixFilePermissions.fromString("rwxr-x---"));
    Files.writeString(etc.resolve("message"), "of the lower layer\n");
    Files.writeString(etc.resolve("owned"), "");
    Files.writeString(root.resolve("gone"), "");
    byte[] noise = new byte[LAYER_BYTES];
    new Random(1).nextBytes(noise);
    Files.write(root.resolve("noise"), noise);
    for (String dir : List.of("dev", "proc", "sys", "tmp")) {
      Files.createDirectory(root.resolve(dir));
    }
    Path tar = work.resolve("lower.tar");
    tar(tar, root, "-c", "--exclude=./etc/owned", ".");
    tar(tar, root, "-r", "--owner=12", "--mode=4750", "./etc/owned");
    return tar;
  }

  private static Path upper(Path work, String message) throws Exception {
    Path root = Files.createDirectories(work.resolve("upper"));
    Files.createDirectory(root.resolve("etc"));
    Files.writeString(root.resolve("etc/message"), message + "\n");
    Files.writeString(root.resolve(".wh.gone"), "");
    Path tar = work.resolve("upper.tar");
    tar(tar, root, "-c", "etc/message", ".wh.gone");
    return tar;
  }

  private static void tar(Path file, Path root, String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of("tar", "-C", root.toString()));
    command.addAll(List.of("-f", file.toString(), "--numeric-owner", "--group=0"));
    if (!List.of(arguments).contains("--owner=12")) {
      command.add("--owner=0");
    }
    command.addAll(List.of(arguments));
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new AssertionError(command + ": " + code);
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static String put(Path blobs, byte[] bytes) throws IOException {
    String digest = Sha256.of(bytes);
    Files.write(blobs.resolve(digest), bytes);
    return digest;
  }
}
