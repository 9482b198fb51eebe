// Starts the staff application.

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/queries";
import { dropOldEdits } from "./parts/review/drafts";
import { router } from "./router";
import "./tokens.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/forms.css";
import "./styles/lists.css";
import "./styles/review.css";
import "./styles/documents.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root element.");
dropOldEdits(new Date());
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
