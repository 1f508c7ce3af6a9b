"""Reads what groundtrend wrote, by Python's own parsers alone, and prints the texts in it as JSON.

    python3 read_texts.py csv|geojson|kmz|xml|html <file>
"""

import csv
import json
import sys
import xml.etree.ElementTree
import zipfile
from html.parser import HTMLParser

KML = "{http://www.opengis.net/kml/2.2}"


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


def read_geojson(path):
    with open(path, encoding="utf-8") as file:
        return [feature["properties"] for feature in json.load(file)["features"]]


def read_kmz(path):
    root = xml.etree.ElementTree.fromstring(zipfile.ZipFile(path).read("doc.kml"))
    return [
        {
            "name": place.findtext(KML + "name"),
            "data": {data.get("name"): data.findtext(KML + "value") for data in place.iter(KML + "Data")},
        }
        for place in root.iter(KML + "Placemark")
    ]


def read_xml(path):
    """Elements with their attributes' names, and all texts."""
    elements = list(xml.etree.ElementTree.parse(path).iter())
    return {
        "elements": [[element.tag, *sorted(element.attrib)] for element in elements],
        "texts": [element.text for element in elements if element.text],
        "values": [value for element in elements for value in element.attrib.values()],
    }


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self.values = [], [], []
        self.text = ""

    def end_text(self):
        if self.text:
            self.texts.append(self.text)
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.end_text()
        self.elements.append([tag, *sorted(name for name, _ in attrs)])
        self.values += [value for _, value in attrs]

    def handle_endtag(self, tag):
        self.end_text()

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.elements.append(["comment"])


def read_html(path):
    page = Page()
    with open(path, encoding="utf-8", newline="") as file:
        page.feed(file.read())
    page.close()
    return {"elements": page.elements, "texts": page.texts, "values": page.values}


READERS = {"csv": read_csv, "geojson": read_geojson, "kmz": read_kmz, "xml": read_xml, "html": read_html}
json.dump(READERS[sys.argv[1]](sys.argv[2]), sys.stdout)
