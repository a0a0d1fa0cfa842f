package fcvm.container.image;

import fcvm.provision.ProvisionException;
import fcvm.provision.tar.TarEntry;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Copies the layers of one image, the lowest first, to where a store has them.
///
/// A directory that a layer's tar does not name although something is in it gets an entry of its
/// own, as the layers below have it: mkfs.erofs would make it writable for all.
final class LayerCopy {
  private static final int USUAL_MODE = 0755;

  private final StoreTar tar;

  /// The directories of the layers so far, as a container of them would see them.
  private final TreeMap<String, LayerEntry> below = new TreeMap<>();

  LayerCopy(StoreTar tar) {
    this.tar = tar;
  }

  /// Copies the next layer.
  ///
  /// @param root the directory to put it in
  /// @return bytes of all its files
  long copy(String root, LayerReader layer) throws IOException {
    return new Layer(root, layer).copy();
  }

  private final class Layer {
    private final String root;
    private final LayerReader reader;

    /// All entries so far; null for those that are no directories.
    private final Map<String, @Nullable LayerEntry> entries = new HashMap<>();

    private final Map<String, Boolean> hidden = new HashMap<>();
    private long bytes;

    Layer(String root, LayerReader reader) {
      this.root = root;
      this.reader = reader;
    }

    long copy() throws IOException {
      tar.directory(root, USUAL_MODE);
      for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
        if (!entry.isMeta()) {
          add(entry);
        }
      }
      ensure("");
      settle();
      return bytes;
    }

    private void add(LayerEntry entry) throws IOException {
      String path = entry.path();
      if (path.isEmpty() && !entry.isDirectory()) {
        throw new ProvisionException("a root that is no directory");
      }
      if (!path.isEmpty()) {
        ensure(entry.parent());
      }
      if (entry.isOpaque()) {
        hidden.put(entry.parent(), false);
        tar.file(at(path), 0, new byte[0]);
        return;
      }
      if (entry.isWhiteout()) {
        String name = entry.name().substring(LayerEntry.WHITEOUT.length());
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
          throw new ProvisionException(
              "the whiteout " + Printable.quoted(path) + ", which hides nothing");
        }
        hidden.put(entry.hidden(), true);
        tar.file(at(path), 0, new byte[0]);
        return;
      }
      if (entries.get(path) != null && !entry.isDirectory()) {
        throw new ProvisionException(
            Printable.quoted(path) + " as a directory and as something else");
      }
      if (entry.type() == TarEntry.HARD_LINK) {
        String target = entry.target();
        if (!entries.containsKey(target) || entries.get(target) != null) {
          throw new ProvisionException(
              "the hard link "
                  + Printable.quoted(path)
                  + " to "
                  + Printable.quoted(target)
                  + ", which is no file of its layer");
        }
        tar.entry(at(path), entry, at(target));
      } else if (entry.type() == TarEntry.FILE) {
        bytes += entry.size();
        tar.file(at(path), entry, reader);
      } else {
        tar.entry(at(path), entry, entry.target());
      }
      entries.put(path, entry.isDirectory() ? entry : null);
      if (!entry.isDirectory()) {
        hidden.put(path, true);
      }
    }

    /// Sees to it that the layer has a directory.
    private void ensure(String path) throws IOException {
      if (entries.containsKey(path)) {
        if (entries.get(path) == null) {
          throw new ProvisionException(
              Printable.quoted(path) + " as a directory and as something else");
        }
        return;
      }
      if (!path.isEmpty()) {
        ensure(LayerEntry.parent(path));
      }
      LayerEntry known = below.get(path);
      if (known == null) {
        known = StoreTar.plainDirectory(path, USUAL_MODE);
      }
      tar.entry(at(path), known, "");
      entries.put(path, known);
    }

    /// What the next layer has below itself.
    private void settle() {
      hidden.forEach((path, itself) -> {
        String prefix = path.isEmpty() ? "" : path + "/";
        if (path.isEmpty()) {
          below.clear();
        } else {
          below.subMap(prefix, path + (char) ('/' + 1)).clear();
        }
        if (itself) {
          below.remove(path);
        }
      });
      entries.forEach((path, entry) -> {
        if (entry != null) {
          below.put(path, entry);
        }
      });
    }

    private String at(String path) {
      return path.isEmpty() ? root : root + "/" + path;
    }
  }
}
