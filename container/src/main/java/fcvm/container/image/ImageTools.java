package fcvm.container.image;

import fcvm.linux.Arch;
import fcvm.provision.Command;
import fcvm.provision.Provision;
import fcvm.provision.ToolTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The programs that images take, fetched when they are first needed.
record ImageTools(Provision provision) {
  private static final List<String> SKOPEO = List.of("skopeo");
  private static final List<String> ZSTD = List.of("zstd");

  /// A tree with skopeo.
  ToolTree skopeo() throws IOException {
    return tree(SKOPEO);
  }

  /// A tree with the file systems' programs.
  ToolTree files() throws IOException {
    return provision.tools();
  }

  /// Decompresses a file.
  void zstd(Path file, BlobStream.Reader reader) throws IOException {
    List<String> arguments = List.of("--decompress", "--stdout", "--quiet", file.toString());
    new Command(tree(ZSTD).command("zstd", arguments)).read(reader::read);
  }

  private ToolTree tree(List<String> packages) throws IOException {
    return new ToolTree(provision.packages(Arch.current(), packages), Arch.current());
  }
}
