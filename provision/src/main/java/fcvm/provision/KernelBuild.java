package fcvm.provision;

import fcvm.linux.Arch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Makes a directory with Debian's newest suitable kernel: `vmlinuz`, `modules/lib/modules/VERSION`
/// with the modules a guest needs, static `busybox`, and `version`.
final class KernelBuild {
  static final String RECIPE = "2";

  private static final String BOOT = "modules-boot.txt";
  private static final String MORE = "modules-more.txt";

  private final Arch arch;
  private final ToolTree tools;

  KernelBuild(Arch arch, ToolTree tools) {
    this.arch = arch;
    this.tools = tools;
  }

  static ContentKey key() throws IOException {
    return new ContentKey().add(RECIPE).add(Apt.SUITE).addResource(BOOT).addResource(MORE);
  }

  void build(Path directory, Apt apt, Progress progress) throws IOException {
    apt.use(progress, directory.resolve("debs"), session -> build(session, directory));
  }

  private void build(Apt.Session session, Path directory) throws IOException {
    KernelVersion version = choose(session);
    Path unpacked = directory.resolve("unpacked");
    Files.createDirectories(unpacked);
    for (Path deb : session.alone(packages(session, version))) {
      new Deb(deb).unpack(unpacked);
    }
    Path image = directory.resolve("vmlinuz");
    Files.copy(unpacked.resolve("boot/vmlinuz-" + version.release()), image);
    Kernel.check(image, arch);
    Files.copy(unpacked.resolve("usr/bin/busybox"), directory.resolve("busybox"));
    modules(unpacked, version, directory.resolve("modules"));
    Files.writeString(directory.resolve("version"), version.release());
    Trees.delete(unpacked);
  }

  private static List<String> names(String resource) throws IOException {
    return KernelModules.parse(new String(ContentKey.resource(resource), StandardCharsets.UTF_8));
  }

  private KernelVersion choose(Apt.Session session) throws IOException {
    List<String> names =
        session.names("^linux-image-[0-9.]+\\+deb13-cloud-" + arch.debianName() + "$");
    return KernelVersion.choose(names)
        .orElseThrow(() ->
            new ProvisionException(
                "the Debian mirror has no linux-image 6.18 or newer for "
                    + arch
                    + " in trixie-backports: set "
                    + DebianMirror.VARIABLE
                    + " to one that has, or name a kernel with --kernel"));
  }

  /// From Linux 7 on Debian's image package is empty and names two others that have the files.
  private static List<String> packages(Apt.Session session, KernelVersion version)
      throws IOException {
    List<String> packages = new ArrayList<>(List.of("busybox-static", version.packageName()));
    packages.addAll(
        session.names("^linux-(binary|modules)-" + version.release().replace("+", "\\+") + "$"));
    return packages;
  }

  private void modules(Path unpacked, KernelVersion version, Path target) throws IOException {
    String release = version.release();
    Path source = unpacked.resolve("usr/lib/modules").resolve(release);
    if (!Files.isDirectory(source)) {
      source = unpacked.resolve("lib/modules").resolve(release);
    }
    Path modules = Files.createDirectories(target.resolve("lib/modules").resolve(release));
    new KernelModules(source).copy(names(BOOT), names(MORE), modules);
    new Command(tools.command("depmod", List.of("-b", target.toString(), release)))
        .with(tools.environment())
        .run(line -> {});
  }
}
