package fcvm.provision;

import fcvm.linux.Arch;
import fcvm.provision.tar.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The root file system of every guest: Debian's packages first, which change seldom and take long,
/// then what is ours on top, which takes seconds.
///
/// The packages are unpacked and merged into one tar, no maintainer script runs, and no root rights
/// are needed for either architecture.
final class RootFs {
  static final List<String> PACKAGES =
      List.of(
          "aardvark-dns",
          "base-files",
          "busybox-static",
          "ca-certificates",
          "catatonit", // what `--init` runs
          "conmon",
          "crun",
          "iproute2",
          "kmod",
          "libstdc++6",
          "netavark",
          "nftables",
          PasstTree.PACKAGE,
          "podman",
          "util-linux");

  /// What packages depend on and no program of a guest uses: key servers, dialogues, account tools.
  private static final List<String> UNUSED =
      List.of(
          "adduser",
          "debconf",
          "dirmngr",
          "gnupg",
          "gnupg-l10n",
          "gpg",
          "gpg-agent",
          "gpgconf",
          "gpgsm",
          "pinentry-curses",
          "readline-common",
          "openssl-provider-legacy");

  private static final List<String> UNUSED_PATHS =
      List.of(
          "usr/share/doc/",
          "usr/share/doc-base/",
          "usr/share/man/",
          "usr/share/locale/",
          "usr/share/info/",
          "usr/share/lintian/",
          "usr/share/bash-completion/",
          "usr/share/zsh/",
          "usr/share/fish/",
          "usr/lib/systemd/",
          "usr/lib/udev/hwdb.d/");

  /// Debian's copyright files stay: the licences ask for it.
  private static final String COPYRIGHT = "/copyright";

  static final String RECIPE = "3";

  /// Files of the base's directory.
  static final String BASE_TAR = "base.tar";

  static final String BUSYBOX = "busybox";
  static final String MANIFEST = "packages.txt";

  private static final List<String> CONFIGURATION =
      List.of(
          "etc/passwd",
          "etc/group",
          "etc/hosts",
          "etc/nsswitch.conf",
          "etc/subuid",
          "etc/subgid",
          "etc/containers/containers.conf",
          "etc/containers/storage.conf",
          "etc/containers/policy.json",
          "etc/containers/registries.conf");

  private RootFs() {}

  static ContentKey baseKey() {
    return new ContentKey().add(RECIPE).add(Apt.SUITE).add(PACKAGES).add(UNUSED).add(UNUSED_PATHS);
  }

  /// Makes the base: a directory with the packages' tar, the list of their versions, and busybox.
  static void buildBase(List<Path> packages, Path directory, Progress.Step step)
      throws IOException {
    Files.createDirectories(directory);
    List<String> versions = new ArrayList<>();
    try (OutputStream out = Files.newOutputStream(directory.resolve(BASE_TAR));
        TarWriter tar = new TarWriter(out)) {
      TreeWriter tree = new TreeWriter(tar);
      for (Path file : packages) {
        Deb deb = new Deb(file);
        if (!UNUSED.contains(deb.name())) {
          deb.read(in -> tree.archive(in, RootFs::isWanted));
          versions.add(deb.nameAndVersion());
        }
        step.progress(versions.size(), packages.size());
        if (deb.name().equals("busybox-static")) {
          copyFrom(deb, "usr/bin/busybox", directory.resolve(BUSYBOX));
        } else if (deb.name().equals("ca-certificates")) {
          tree.file("etc/ssl/certs/ca-certificates.crt", 0644, certificates(deb, directory));
        }
      }
    }
    Files.write(directory.resolve(MANIFEST), versions);
  }

  private static boolean isWanted(String path) {
    return path.endsWith(COPYRIGHT) || UNUSED_PATHS.stream().noneMatch(path::startsWith);
  }

  private static void copyFrom(Deb deb, String path, Path target) throws IOException {
    Path unpacked = target.resolveSibling("unpacked");
    deb.unpack(Files.createDirectories(unpacked));
    Files.copy(unpacked.resolve(path), target);
    Trees.delete(unpacked);
  }

  /// All certificates in one file, as the package's maintainer script would make it.
  private static byte[] certificates(Deb deb, Path directory) throws IOException {
    Path unpacked = Files.createDirectories(directory.resolve("unpacked"));
    deb.unpack(unpacked);
    StringBuilder bundle = new StringBuilder();
    for (Path file : Trees.sorted(unpacked.resolve("usr/share/ca-certificates"))) {
      if (file.toString().endsWith(".crt")) {
        bundle.append(Files.readString(file).strip()).append('\n');
      }
    }
    Trees.delete(unpacked);
    return bundle.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  static ContentKey key(String baseKey, String runtimeKey) throws IOException {
    ContentKey key = new ContentKey().add(RECIPE).add(baseKey).add(runtimeKey);
    for (String file : CONFIGURATION) {
      key.addResource("rootfs/" + file);
    }
    return key.addResource("guest-init.sh");
  }

  /// Makes the file system's image.
  ///
  /// @param base directory that [#buildBase] made
  /// @param runtime the agent's Java runtime
  static void build(Path file, Arch arch, Path base, Path runtime, ToolTree tools)
      throws IOException {
    List<String> applets = applets(tools);
    List<String> arguments =
        List.of("--quiet", "--tar=f", "-T0", "-U", "clear", "-b", "4096", file.toString());
    new Command(tools.command("mkfs.erofs", arguments))
        .with("TMPDIR", base.resolveSibling("").toString())
        .write(out -> {
          try (InputStream packages = Files.newInputStream(base.resolve(BASE_TAR));
              TarWriter tar = new TarWriter(out)) {
            TreeWriter tree = new TreeWriter(tar);
            writeOurs(tree, arch, base, runtime, applets);
            tree.archive(packages, path -> true);
          }
        });
  }

  /// The tree's busybox is of the same version as the guest's, and runs here.
  private static List<String> applets(ToolTree tools) throws IOException {
    return new Command(tools.program("busybox").toString(), "--list").output().lines().toList();
  }

  private static void writeOurs(
      TreeWriter tree, Arch arch, Path base, Path runtime, List<String> applets)
      throws IOException {
    for (String dir : List.of("bin", "lib", "lib64", "sbin")) {
      tree.directory("usr/" + dir).link(dir, "usr/" + dir);
    }
    for (String dir :
        List.of(
            "dev",
            "home",
            "mnt",
            "mnt/fcvm",
            "mnt/fcvm/data",
            "mnt/fcvm/dist",
            "mnt/fcvm/image",
            "opt",
            "proc",
            "run",
            "srv",
            "sys",
            "usr/lib/modules",
            "var/lib/containers",
            "var/lib/fcvm",
            "var/log",
            "var/cache")) {
      tree.directory(dir);
    }
    tree.directory("root", 0700).directory("tmp", 01777).directory("var/tmp", 01777);
    tree.link("var/run", "/run")
        .link("var/lock", "/run/lock")
        .link("etc/mtab", "../proc/self/mounts");
    for (String file : CONFIGURATION) {
      tree.file(file, 0644, ContentKey.resource("rootfs/" + file));
    }
    // Whoever sets up a guest's network writes it; Podman wants to read one.
    tree.file("etc/resolv.conf", "").file("etc/hostname", "fcvm\n").file("etc/machine-id", "");
    // In a guest that runs guests the program is mounted there.
    tree.link("usr/local/bin/fcvm", "/mnt/fcvm/dist/bin/fcvm");
    tree.file("usr/lib/fcvm/init", 0755, ContentKey.resource("guest-init.sh"));
    tree.tree("usr/lib/fcvm/runtime", runtime);
    for (String applet :
        List.of(
            "sh",
            "awk",
            "cat",
            "cp",
            "grep",
            "head",
            "ls",
            "mkdir",
            "ps",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "sync",
            "tail",
            "vi")) {
      tree.link("usr/bin/" + applet, "busybox");
    }
    new BusyboxImage(arch, Files.readAllBytes(base.resolve(BUSYBOX)), applets)
        .write(tree, "usr/share/containers/storage");
  }
}
